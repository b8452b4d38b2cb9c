// Looks at a run while it trains (gan/live/probe.py): its pictures, D's logits of them, and the signals of a diagnosis.

/** @import { Classifier } from "../engine/classifier.js" */
/** @import { TrainingSet } from "./batch.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Metrics } from "./step.js" */
/** @import { Signals, Trainer } from "./types.js" */

import { fromSeed } from "../engine/latents.js";
import { canRead } from "../engine/stages.js";
import { countOf, picturesOf, range } from "./packed.js";

export const COUNT = 64; // pictures of each kind
const CONFIDENCE_THRESHOLD = 0.8; // a picture is readable if the classifier gives one digit more than this
const DIGITS = 10;

/**
 * The pictures of a run at one step, and D's logits of them.
 * @typedef {object} Samples
 * @property {Uint8Array} samples [64 · size² · channels], of the averaged generator, at z that stay the same
 * @property {Uint8Array} fakes [64 · size² · channels], of the generator that is trained, at the same z
 * @property {Float32Array} fake_logits [64]; [0] for an autoencoder, which has no D
 * @property {Float32Array} real_logits [64], of the first 64 real pictures; [0] for an autoencoder
 * @property {Uint8Array} copies what an autoencoder makes of these pictures; [0] for a GAN
 */

export class Probe {
  /**
   * @param {Recipe} recipe
   * @param {TrainingSet} dataset
   * @param {Classifier | null} classifier reads digits, and is asked where the pictures are digits; null: there is none
   */
  constructor({ model }, dataset, classifier) {
    const { labels } = dataset;
    const count = Math.min(COUNT, countOf(dataset));
    this.model = model;
    this.classifier = canRead(dataset) && hasDigits(dataset) ? classifier : null;
    this.reals = picturesOf(dataset, range(0, count));
    this.realLabels = labels?.slice(0, count) ?? new Uint8Array(count);
    this.z = fromSeed(0, COUNT * model.z_dim);
    this.labels = this.#labels(COUNT);
    this.realDiversity = this.classifier
      ? meanDistance(this.classifier.readAll(this.reals).features, count)
      : NaN;
  }

  /** Each class in turn. @param {number} count */
  #labels(count) {
    return Uint8Array.from({ length: count }, (_, i) => i % Math.max(this.model.classes, 1));
  }

  /**
   * @param {Trainer} trainer
   * @param {boolean} hasCritic whether it trains a GAN
   * @returns {Promise<Samples>}
   */
  async sample(trainer, hasCritic) {
    const { z, labels, reals, realLabels } = this;
    const samples = await trainer.sample("generator_ema", z, labels);
    const fakes = await trainer.sample("generator", z, labels);
    const none = new Float32Array();
    return {
      samples,
      fakes,
      fake_logits: hasCritic ? await trainer.logits(fakes, labels) : none,
      real_logits: hasCritic ? await trainer.logits(reals, realLabels) : none,
      copies: await trainer.copies(reals),
    };
  }

  /**
   * Other samples of the averaged generator, to measure its quality.
   * @param {Trainer} trainer
   * @param {number} count
   * @returns {Promise<Uint8Array>} [count · size² · channels]
   */
  async generate(trainer, count) {
    return trainer.sample("generator_ema", fromSeed(1, count * this.model.z_dim), this.#labels(count));
  }

  /**
   * The signals of a run.
   * @param {number} step
   * @param {Pick<Samples, "fakes" | "fake_logits" | "real_logits">} samples
   * @param {Metrics} means of the last steps
   * @returns {Signals}
   */
  signals(step, { fakes, fake_logits, real_logits }, means) {
    const { real_score, fake_score, generator_gradient, discriminator_gradient } = means;
    const logit_difference = fake_logits.length ? mean(real_logits) - mean(fake_logits) : 0;
    const scores = {
      real_score,
      fake_score,
      logit_difference,
      generator_gradient,
      discriminator_gradient,
    };
    if (!this.classifier) return { step, ...UNREAD, diversity: NaN, ...scores };
    const { features, probabilities } = this.classifier.readAll(fakes);
    const diversity = meanDistance(features, COUNT) / this.realDiversity;
    return { step, ...readingOf(probabilities), diversity, ...scores };
  }
}

const UNREAD = { digits: NaN, readable: NaN, shares: /** @type {number[]} */ ([]) };

/** @param {Float32Array} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {Float32Array} probabilities of each digit, [count · 10] */
function readingOf(probabilities) {
  const count = probabilities.length / DIGITS;
  const counts = new Array(DIGITS).fill(0);
  for (let i = 0; i < count; i++) {
    const digit = surest(probabilities.subarray(DIGITS * i, DIGITS * (i + 1)));
    if (probabilities[DIGITS * i + digit] > CONFIDENCE_THRESHOLD) counts[digit]++;
  }
  const readable = counts.reduce((sum, each) => sum + each, 0);
  return {
    digits: counts.filter((each) => each > 0).length,
    readable: readable / count,
    shares: counts.map((each) => each / Math.max(readable, 1)),
  };
}

/** @param {Float32Array} probabilities @returns {number} the most probable class */
export const surest = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

/** Whether the classes of a data set are the ten digits. @param {TrainingSet} dataset */
export const hasDigits = ({ class_names }) =>
  class_names.length === DIGITS && class_names.every((name, digit) => name === String(digit));

/**
 * The mean Euclidean distance between two different rows.
 * @param {Float32Array} features [count · size]
 * @param {number} count
 */
export function meanDistance(features, count) {
  const size = features.length / count;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let square = 0;
      for (let k = 0; k < size; k++) square += (features[i * size + k] - features[j * size + k]) ** 2;
      sum += Math.sqrt(square);
    }
  }
  return sum / ((count * (count - 1)) / 2);
}
