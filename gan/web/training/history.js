// What is kept of a run, in a fixed amount of memory (gan/live/history.py): curves, pictures, states to go back to.
// A list that is full loses every second entry, and from then on takes every second new one. So a run of any length
// stays evenly covered.

/** @import { State } from "./state.js" */
/** @import { Metrics } from "./step.js" */

import { free } from "../engine/memory.js";
import { freeState } from "./state.js";

export const MAX_POINTS = 400; // of a curve
export const MAX_FRAMES = 160; // pictures of the 64 samples, 50 kB each in grey: 8 MB
export const MAX_STATES_BYTES = 32 * 2 ** 20; // of all states together: five of the recipe `fast`
const MAX_QUALITIES = 400;
const MAX_EVENTS = 50;
const MAX_PREVIOUS_CURVES = 3;

/** The rows of a packed curve, in their order. */
export const CURVE_ROWS = /** @type {const} */ ([
  "step",
  "discriminator_loss",
  "generator_loss",
  "penalty",
  "real_score",
  "fake_score",
  "discriminator_gradient",
  "generator_gradient",
]);

/**
 * How good the averaged generator was at a step: seconds of training until then; the Fréchet distance of the features
 * of a few hundred samples; how many of the ten digits it makes.
 * @typedef {[step: number, seconds: number, frechet_distance: number, digits: number]} Quality
 *
 * @typedef {{step: number, text: string}} Event something that a visitor did, or that happened to the run
 */

/** @param {State} state @returns {number} its bytes */
const bytesOf = ({ arrays }) => Object.values(arrays).reduce((sum, { values }) => sum + values.byteLength, 0);

/**
 * Deletes entries of a map, and gives their memory back.
 * @template T
 * @param {Map<number, T>} kept by step
 * @param {(step: number, i: number) => boolean} isGone
 * @param {(value: T) => void} giveBack
 */
function remove(kept, isGone, giveBack) {
  for (const [i, [step, value]] of [...kept].entries()) {
    if (!isGone(step, i)) continue;
    kept.delete(step);
    giveBack(value);
  }
}

/** What is kept of one run. */
export class History {
  /** @type {Map<number, Uint8Array>} the samples by step, [64 · size² · channels] */
  frames = new Map();
  /** @type {Map<number, State>} by step */
  states = new Map();
  /** @type {Quality[]} from the first to the last */
  qualities = [];
  /** @type {Event[]} */
  events = [];
  /** @type {Float32Array<ArrayBuffer>[]} packed, as they were each time before the run went back */
  previousCurves = [];
  /** @type {number[][]} points, in the order of CURVE_ROWS */
  rows = [];
  /** @type {number[][]} chunks that will be the next point */
  pending = [];
  // Of so many that are offered, one is kept.
  strides = { chunk: 1, frame: 1, state: 1 };
  offered = { frames: 0, states: 0 };

  /** Adds the mean metrics of a chunk of steps. @param {number} step the last of them @param {Metrics} means */
  addPoint(step, means) {
    const { strides } = this;
    const [, ...names] = CURVE_ROWS;
    this.pending.push([step, ...names.map((name) => means[name])]);
    if (this.pending.length >= strides.chunk) {
      this.rows.push(meanRow(this.pending));
      this.pending = [];
    }
    if (this.rows.length < MAX_POINTS) return;
    this.rows = this.rows.flatMap((row, i) => (i % 2 ? [meanRow([this.rows[i - 1], row])] : []));
    strides.chunk *= 2;
  }

  /**
   * Keeps a copy of the samples of a step, unless frames are thinned and these are left out.
   * @param {number} step
   * @param {Uint8Array} samples
   */
  addFrame(step, samples) {
    if (this.offered.frames++ % this.strides.frame === 0) this.frames.set(step, samples.slice());
    if (this.frames.size <= MAX_FRAMES) return;
    remove(this.frames, (_, i) => i % 2 === 1, free);
    this.strides.frame *= 2;
  }

  /** Whether a state is wanted now: where states are thinned, one of several is. */
  takesState() {
    return this.offered.states++ % this.strides.state === 0;
  }

  /** Keeps a state, which nobody else may change or give back. @param {State} state */
  addState(state) {
    this.states.set(state.step, state);
    if (this.states.size <= 2 || bytesOf(state) * this.states.size <= MAX_STATES_BYTES) return;
    const last = this.lastState?.step;
    remove(this.states, (step, i) => i % 2 === 1 && step !== last, freeState);
    this.strides.state *= 2;
  }

  /** Gives the memory of a state back, unless it is kept here. @param {State} state that nobody else needs */
  release(state) {
    if (this.states.get(state.step) !== state) freeState(state);
  }

  /** The state that was kept last. @returns {State | undefined} */
  get lastState() {
    return [...this.states.values()].at(-1);
  }

  /** Frees all states but the last. */
  keepOnlyLastState() {
    const last = this.lastState?.step;
    remove(this.states, (step) => step !== last, freeState);
  }

  /** @param {Quality} quality */
  addQuality(quality) {
    this.qualities = [...this.qualities, quality].slice(-MAX_QUALITIES);
  }

  /** @param {number} step @param {string} text */
  addEvent(step, text) {
    this.events = [...this.events, { step, text }].slice(-MAX_EVENTS);
  }

  /** The curve so far, row by row: [8 · points]. */
  curve() {
    const points = this.rows.length;
    const curve = new Float32Array(CURVE_ROWS.length * points);
    for (const [i, row] of this.rows.entries()) {
      for (const [metric, value] of row.entries()) curve[metric * points + i] = value;
    }
    return curve;
  }

  /**
   * Drops what came after a step, and keeps its curve in `previousCurves`.
   * @param {number} step
   * @returns {State} the state there
   * @throws {Error} no state of that step is kept
   */
  rewind(step) {
    const state = this.states.get(step);
    if (!state) throw new Error(`no state of step ${step} is kept`);
    this.previousCurves = [...this.previousCurves, this.curve()].slice(-MAX_PREVIOUS_CURVES);
    this.rows = this.rows.filter(([at]) => at <= step);
    this.pending = [];
    remove(this.frames, (at) => at > step, free);
    remove(this.states, (at) => at > step, freeState);
    this.qualities = this.qualities.filter(([at]) => at <= step);
    return state;
  }
}

/** The mean of some points, at the step of the last. @param {number[][]} rows */
function meanRow(rows) {
  const [step] = rows[rows.length - 1];
  const [, ...sums] = rows.reduce((sum, row) => sum.map((value, i) => value + row[i]));
  return [step, ...sums.map((sum) => sum / rows.length)];
}
