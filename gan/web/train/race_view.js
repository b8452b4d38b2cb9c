/** Shows a race: the forgeries of both runs, how far each is, and the charts. */

import { pictureLength, shapeOf } from "../engine/stages.js";
import { paintGrid } from "../shared/paint.js";
import { find, findCanvas } from "./elements.js";
import { RaceCharts } from "./race_charts.js";
import { MORAL } from "./rivals.js";

/** @import { Snapshot } from "./run.js" */

const COLUMNS = 8;
const SIDE = 60; // pixels of the canvas that a copy gets

export class RaceView {
  #root;
  #charts;

  /** @param {HTMLElement} root .race */
  constructor(root) {
    this.#root = root;
    this.#charts = new RaceCharts(root);
    find(root, ".moral").textContent = MORAL;
  }

  /**
   * @param {Snapshot} mine one's own run
   * @param {Snapshot} theirs the rival
   * @param {Uint8Array | null} reals 64 real digits, [64 · 784]; null: they are on their way
   */
  draw(mine, theirs, reals) {
    const { samples } = theirs.arrays;
    const copies = theirs.arrays.copies?.values ?? new Uint8Array(); // [8 · 784] at most of an autoencoder, else []
    const isGame = !copies.length;
    this.#charts.draw([mine, theirs], isGame);
    for (const part of [".copies", ".moral"]) find(this.#root, part).hidden = isGame;
    if (!isGame && samples)
      this.#drawCopies(reals?.subarray(0, copies.length) ?? new Uint8Array(), copies, samples.values);
    this.#drawSide(mine, ".race-yours", "Yours");
    this.#drawSide(theirs, ".race-rival", "The rival");
  }

  /**
   * @param {Uint8Array} reals real digits
   * @param {Uint8Array} copies of each, as many: a set of fewer than eight has no more
   * @param {Uint8Array} samples 64 pictures of the same shape
   */
  #drawCopies(reals, copies, samples) {
    const canvas = findCanvas(this.#root, ".copies canvas");
    const shape = shapeOf(samples.length / COLUMNS ** 2);
    const count = copies.length / pictureLength(shape);
    if (canvas.width !== SIDE * count) canvas.width = SIDE * count;
    paintGrid(canvas, Uint8Array.from([...reals, ...copies]), count, shape);
  }

  /**
   * @param {Snapshot} run
   * @param {string} place the selector of its canvas
   * @param {string} name
   */
  #drawSide({ arrays, status, step, seconds }, place, name) {
    const canvas = findCanvas(this.#root, place);
    const { samples } = arrays;
    if (samples) paintGrid(canvas, samples.values, COLUMNS, shapeOf(samples.values.length / COLUMNS ** 2));
    const pace = `${name}: step ${step.toLocaleString("en")}, ${seconds.toFixed(0)}\u00a0s`;
    find(this.#root, `${place} + figcaption`).textContent = status === "failed" ? `${name} broke` : pace;
  }
}
