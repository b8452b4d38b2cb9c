// Observes a run while it trains (gan/live/monitor.py): measures it, keeps its history, and says when there is time to
// look.

/** @import { Classifier } from "../engine/classifier.js" */
/** @import { Gaussian } from "./frechet.js" */
/** @import { Samples } from "./probe.js" */
/** @import { TrainingSet } from "./batch.js" */
/** @import { Recipe, Train } from "./recipe.js" */
/** @import { State } from "./state.js" */
/** @import { Metrics } from "./step.js" */
/** @import { Diagnosis, Rules, Signals, Trainer } from "./types.js" */

import { free } from "../engine/memory.js";
import { diagnose } from "./diagnosis.js";
import { fitGaussian, frechetDistance } from "./frechet.js";
import { CURVE_ROWS, History } from "./history.js";
import { countOf, picturesOf, range } from "./packed.js";
import { Probe, surest } from "./probe.js";
import { hasCritic } from "./wish.js";

const LOOKING_SHARE = 0.05; // of the training time, that looking at the run may take
const FREE_LOOKING_SECONDS = 1; // of looking beyond that share, because most happens in the first moments
const MIN_LOOK_SECONDS = 0.12; // between two looks, at least
const MAX_LOOK_SECONDS = 2; // between two looks, even if looking has taken more than its share
const QUALITY_SAMPLES = 400; // of one Fréchet distance
const MIN_FREQUENCY = 0.02; // a digit with a smaller share of these samples counts as not made
const MAX_REFERENCE = 2000; // pictures that samples are compared with, where Python has sent no reference
// The rest are seconds of training, not of the clock.
const QUALITY_SECONDS = 20; // between two Fréchet distances, at least
const FIRST_QUALITY_SECONDS = 5; // before the first Fréchet distance
const STATE_SECONDS = 6; // between two states that the run can go back to
const WEIGHTS_SECONDS = 2; // before who explores the run is offered newer networks
const MAX_SIGNALS = 20; // more than a diagnosis looks at

/** What the samples of a run are compared with. @typedef {{real: Gaussian, real_frechet: number}} Reference */

/**
 * What a monitor measures with.
 * @typedef {object} Instruments
 * @property {Rules} rules of the diagnosis
 * @property {Classifier | null} classifier
 * @property {Reference | null} reference null: the run's own real pictures
 * @property {() => number} now seconds of a clock
 */

export class Monitor {
  history = new History();
  /** @type {Samples | null} the latest */
  samples = null;
  /** @type {number | null} the step at which who explores the run is offered its networks; null: there was none yet */
  weights = null;
  seconds = 0; // how long the run has trained
  /** @type {Signals[]} */
  #signals = [];
  #diagnosis;
  /** @type {Metrics} of the last chunk */
  #means = /** @type {any} */ (Object.fromEntries(CURVE_ROWS.map((name) => [name, 0])));
  #looking = 0; // seconds that all looks have taken
  #last = { look: 0, state: 0, weights: 0, quality: FIRST_QUALITY_SECONDS - QUALITY_SECONDS };

  /**
   * @param {Recipe} recipe
   * @param {TrainingSet} dataset
   * @param {Instruments} instruments
   */
  constructor(recipe, dataset, instruments) {
    this.instruments = instruments;
    this.probe = new Probe(recipe, dataset, instruments.classifier);
    this.isGame = hasCritic(recipe);
    this.#reference = instruments.reference;
    this.dataset = dataset;
    this.#diagnosis = { ...diagnose(instruments.rules, [], null), since: 0 };
  }

  /** @type {Reference | null} */
  #reference;

  /** What the samples are compared with; measured when it is first needed. @returns {Reference | null} */
  get reference() {
    const { classifier } = this.probe;
    if (this.#reference || !classifier) return this.#reference;
    const count = countOf(this.dataset);
    const [real, few] = [
      range(0, Math.min(MAX_REFERENCE, count)),
      range(Math.max(count - QUALITY_SAMPLES, 0), count),
    ].map((chosen) => {
      const pictures = picturesOf(this.dataset, chosen);
      const { features } = classifier.readAll(pictures);
      free(pictures);
      return fitGaussian(features, classifier.trunk.width);
    });
    this.#reference = { real, real_frechet: frechetDistance(real, few) };
    return this.#reference;
  }

  /** The Fréchet distance of as many real pictures; null before the first is measured of the run. */
  get realFrechet() {
    const isMeasured = this.history.qualities.length || this.history.previousCurves.length;
    return isMeasured ? (this.#reference?.real_frechet ?? null) : null;
  }

  /**
   * Takes in a chunk of steps, for the curves and the time.
   * @param {number} step the last of them
   * @param {Metrics} means over them
   * @param {number} seconds
   */
  recordChunk(step, means, seconds) {
    this.#means = means;
    this.history.addPoint(step, means);
    this.seconds += seconds;
  }

  /** Makes the samples of a run as it is, and keeps them in `samples`. @param {Trainer} trainer */
  async look(trainer) {
    const before = this.samples;
    this.samples = await this.probe.sample(trainer, this.isGame);
    if (before) free(before.samples, before.fakes, before.copies);
    return this.samples;
  }

  /**
   * The diagnosis at a step, with the step at which it was first made.
   * @param {number} step
   * @param {Train} train of the run's recipe
   * @returns {Diagnosis & {since: number}}
   */
  diagnose(step, train) {
    const loss = train.weight_clip ? "weight-clip" : train.loss;
    const found = diagnose(this.instruments.rules, this.#signals, this.isGame ? loss : null);
    const before = this.#diagnosis;
    const isNew = found.name !== before.name || before.since > step; // the run may have gone back
    this.#diagnosis = { ...found, since: isNew ? step : before.since };
    return this.#diagnosis;
  }

  /** Adds the quality of a few hundred samples to the history. @param {Trainer} trainer */
  async measureQuality(trainer) {
    const { classifier } = this.probe;
    const { reference } = this;
    if (!classifier || !reference) return;
    const { features, probabilities } = classifier.readAll(
      await this.probe.generate(trainer, QUALITY_SAMPLES),
    );
    const distance = frechetDistance(reference.real, fitGaussian(features, classifier.trunk.width));
    this.history.addQuality([trainer.step, this.seconds, distance, digitsFound(probabilities)]);
  }

  /** Looks at a run that begins, or that has gone back. @param {Trainer} trainer */
  async start(trainer) {
    if (trainer.step === 0) this.history.addState(await trainer.state());
    await this.#keepPresent(trainer);
  }

  /** Keeps the samples and the state of a run that pauses. @param {Trainer} trainer */
  async keepAll(trainer) {
    await this.#keepPresent(trainer);
    this.history.addState(await trainer.state());
  }

  /** @param {Trainer} trainer */
  async #keepPresent(trainer) {
    const { samples } = await this.look(trainer);
    this.history.addFrame(trainer.step, samples);
    this.weights = trainer.step;
  }

  /**
   * Looks at the run, and measures what is due, if there is time for it. It takes LOOKING_SHARE of the training time.
   * @param {Trainer} trainer
   * @returns {Promise<boolean>} whether it did
   */
  async lookIfDue(trainer) {
    const now = this.instruments.now();
    const isBehind = this.#looking > FREE_LOOKING_SECONDS + LOOKING_SHARE * this.seconds;
    if (now - this.#last.look < (isBehind ? MAX_LOOK_SECONDS : MIN_LOOK_SECONDS)) return false;
    this.#last.look = now;
    const { step } = trainer;
    const seen = await this.look(trainer);
    this.history.addFrame(step, seen.samples);
    this.#signals = [...this.#signals, this.probe.signals(step, seen, this.#means)].slice(-MAX_SIGNALS);
    if (this.#isDue("quality", QUALITY_SECONDS)) await this.measureQuality(trainer);
    if (this.#isDue("weights", WEIGHTS_SECONDS)) this.weights = step;
    if (this.#isDue("state", STATE_SECONDS) && this.history.takesState()) {
      this.history.addState(await trainer.state());
    }
    this.#looking += this.instruments.now() - now;
    return true;
  }

  /** @param {"state" | "weights" | "quality"} what @param {number} seconds of training, between two of them */
  #isDue(what, seconds) {
    if (this.seconds - this.#last[what] <= seconds) return false;
    this.#last[what] = this.seconds;
    return true;
  }

  /** Makes the diagnosis wait for new signals, because the run trains otherwise from now on. */
  forgetSignals() {
    this.#signals = [];
  }

  /** Goes back in the history. @param {number} step @returns {State} the state there */
  rewind(step) {
    const state = this.history.rewind(step);
    this.forgetSignals();
    this.#last.quality = this.seconds + FIRST_QUALITY_SECONDS - QUALITY_SECONDS;
    return state;
  }

  /** Goes on with what was kept of a run. @param {History} history @param {number} seconds of training until then */
  restore(history, seconds) {
    this.history = history;
    this.seconds = seconds;
    this.#last = { look: 0, state: seconds, weights: seconds, quality: seconds };
  }
}

/** How many of the ten digits have at least MIN_FREQUENCY. @param {Float32Array} probabilities [count · 10] */
function digitsFound(probabilities) {
  const count = probabilities.length / 10;
  const counts = new Array(10).fill(0);
  for (let i = 0; i < count; i++) counts[surest(probabilities.subarray(10 * i, 10 * (i + 1)))]++;
  return counts.filter((each) => each / count > MIN_FREQUENCY).length;
}
