/** A run that was recorded (gan/live/recorder.py): what was seen of it, at each of its moments. */

import { unpack } from "../engine/gzip.js";
import { readTensors } from "../engine/tensors.js";
import { number } from "../shared/text.js";

/**
 * Names in older recordings, and what they are called now: of an array, and of diagnoses (gan/live/diagnosis.py).
 * @type {Record<string, string>}
 */
const PRESENT_NAMES = {
  judgements: "qualities",
  young: "warming_up",
  well: "healthy",
  vanished: "vanishing_gradient",
  asleep: "frozen_discriminator",
  overpowered: "discriminator_dominates",
};

/**
 * @typedef {import("./run.js").Pixels} Pixels
 * @typedef {import("./run.js").Numbers} Numbers
 */

/**
 * What was seen of the run at a step.
 * @typedef {object} Frame
 * @property {number} step
 * @property {number} seconds of training until then
 * @property {{name: string, text: string}} words the diagnosis
 * @property {Uint8Array} samples 64 forgeries, [64 · 784]
 * @property {Pixels} fakes 8 pictures by the generator as it was, for the duel
 * @property {Numbers} fake_logits [64]
 * @property {Numbers} real_logits [64]
 */

/**
 * The arrays of a recording of F frames (Recorder.arrays in gan/live/recorder.py).
 * @typedef {{"samples.gz": Pixels, "fakes.gz": Pixels} & Plain} Packed samples, [F · 64 · 784] when unzipped, and
 *   fakes, [F · 8 · 784]
 *
 * @typedef {object} Plain
 * @property {{values: Int32Array}} steps [F]
 * @property {Numbers} seconds [F]
 * @property {Numbers} fake_logits [F · 64]
 * @property {Numbers} real_logits [F · 64]
 * @property {Pixels} reals [8 · 784]
 * @property {Numbers} curve
 * @property {Numbers} qualities
 */

/**
 * A moment whose networks were kept: a model, as Explore knows it.
 * @typedef {{step: number, id: string, name: string, url: string, path: string, classes: number}} Moment
 */

export class RecordedRun {
  /**
   * @param {Record<string, string>} metadata what the recording says of itself
   * @param {{reals: Pixels, curve: Numbers, qualities: Numbers}} arrays
   * @param {Frame[]} frames
   * @param {Moment[]} moments
   */
  constructor(metadata, { reals, curve, qualities }, frames, moments) {
    this.metadata = metadata;
    this.reals = reals.values; // [8 · 784]
    this.curve = curve;
    this.qualities = qualities;
    this.frames = frames;
    this.moments = moments;
  }

  /**
   * @param {string} url
   * @param {Moment[]} moments
   * @returns {Promise<RecordedRun>}
   * @throws {Error} There is no recording at this address.
   */
  static async load(url, moments) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    const { metadata, arrays: read } = readTensors(await response.arrayBuffer());
    const named = Object.entries(read).map(([name, array]) => [PRESENT_NAMES[name] ?? name, array]);
    const arrays = /** @type {Packed} */ (Object.fromEntries(named));
    /** @type {Frame["words"][]} */
    const words = JSON.parse(metadata.words);
    for (const each of words) each.name = PRESENT_NAMES[each.name] ?? each.name;
    const count = words.length;
    const samples = slices(await unpack(arrays["samples.gz"].values), count);
    const fakes = slices(await unpack(arrays["fakes.gz"].values), count);
    const fakeLogits = slices(arrays.fake_logits.values, count);
    const realLogits = slices(arrays.real_logits.values, count);
    const frames = words.map((each, i) => ({
      step: arrays.steps.values[i],
      seconds: arrays.seconds.values[i],
      words: each,
      samples: samples[i],
      fakes: { values: fakes[i] },
      fake_logits: { values: fakeLogits[i] },
      real_logits: { values: realLogits[i] },
    }));
    return new RecordedRun(metadata, arrays, frames, moments);
  }

  /** What was seen at a step, or last before it. @param {number} step @returns {Frame} */
  at(step) {
    return this.frames.findLast((frame) => frame.step <= step) ?? this.frames[0];
  }

  /** The last of its frames. @returns {Frame} */
  get end() {
    return this.frames[this.frames.length - 1];
  }

  /** The 64 pictures of a step, [64 · 784]. @param {number} step */
  async pictures(step) {
    return this.at(step).samples;
  }

  /** The networks of a step as a model that Explore can open. @param {number | null} step */
  model(step) {
    return this.moments.find((moment) => moment.step === step);
  }

  /** How many pictures it was trained on until a step. @param {number} step */
  images(step) {
    return step * Number(this.metadata.batch);
  }

  /** Where it comes from, in two sentences. */
  get origin() {
    const { name, seed, steps, seconds, device } = this.metadata;
    const time = `${number(Number(steps))} steps in ${Math.round(Number(seconds))} s of training on ${device}`;
    return `One run as it was: the recipe ${name}, seed ${seed}, ${time}. Recorded, with nothing selected.`;
  }
}

/**
 * Its equal parts.
 *
 * @template {Uint8Array | Float32Array} Values
 * @param {Values} values
 * @param {number} count of the parts
 * @returns {Values[]}
 */
function slices(values, count) {
  const size = values.length / count;
  return Array.from({ length: count }, (_, i) => {
    return /** @type {Values} */ (values.subarray(i * size, (i + 1) * size));
  });
}
