// A plane of the latent space, with pictures at the corners of a lattice that fills the view.

/** @import { KnownModel } from "../shared/known_model.js" */
/** @import { Page } from "../shared/page.js" */
/** @import { Plane } from "./planes.js" */
/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Pixel, Position, Viewport } from "./viewport.js" */

import { MAX_SHIFT } from "../shared/state.js";

const STRIDE = 0.1; // of an arrow key, in standard deviations
const CELL = 46; // pixels of a picture

/** @implements {Surface} */
export class Lattice {
  /**
   * @param {Page} page
   * @param {HTMLCanvasElement} canvas
   * @param {Viewport} view
   * @param {() => Plane} planeOf the plane that the state asks for
   * @param {(tiles: Tiles) => void} onPictures follows when the pictures are there; another map may be shown by then
   */
  constructor(page, canvas, view, planeOf, onPictures) {
    this.page = page;
    this.canvas = canvas;
    this.view = view;
    this.planeOf = planeOf;
    this.onPictures = onPictures;
    /** @type {(Tiles & {model: KnownModel, key: string, step: number}) | null} */
    this.made = null;
  }

  tiles() {
    return this.made;
  }

  // --- Its pictures -----------------------------------------------------------------------------

  async fill() {
    if (!this.canvas.clientWidth) return undefined; // the panel is closed
    const { model, state } = this.page;
    const plane = this.planeOf();
    const step = 2 ** Math.round(Math.log2(CELL / this.view.scale()[0]));
    const positions = this.crossings(step);
    const key = [model.renewals, step, positions[0], positions.at(-1), state.digit, plane.key].join();
    if (this.made?.model === model && this.made.key === key) return this.onPictures(this.made);
    const { pictures, logits, read } = await this.draw(positions, plane);
    if (this.page.entry.id !== model.id) return undefined;
    this.made = {
      model,
      key,
      step,
      positions,
      pictures,
      digits: read ?? positions.map(() => state.digit),
      scores: logits?.map((logit) => model.percentile(logit, state.digit)) ?? positions.map(() => 50),
      drawn: positions.length,
    };
    return this.onPictures(this.made);
  }

  /** Where the lines of a lattice of this step cross, in sight. @param {number} step @returns {Position[]} */
  crossings(step) {
    const { clientWidth, clientHeight } = this.canvas;
    const [left, top] = this.view.toMap(0, 0).map((value) => Math.ceil(value / step));
    const [right, bottom] = this.view
      .toMap(clientWidth, clientHeight)
      .map((value) => Math.floor(value / step));
    /** @type {Position[]} */
    const positions = [];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) positions.push([column * step, row * step]);
    }
    return positions;
  }

  /** @param {Position[]} positions @param {Plane} plane */
  draw(positions, plane) {
    const { engine, model, state } = this.page;
    const { z_dim } = model.config;
    const z = new Float32Array(positions.length * z_dim);
    positions.forEach((position, i) => {
      z.set(plane.z(position), i * z_dim);
    });
    const digits = positions.map(() => state.digit);
    return engine.sheet({ model: model.id, z, digits, with_scores: true });
  }

  // --- Where z is -------------------------------------------------------------------------------

  here() {
    const position = this.planeOf().here(this.page.state);
    return position && { position, exact: true };
  }

  /** @param {[number, number]} arrow @returns {Pixel} */
  next([right, down]) {
    const now = this.here();
    const [x, y] = now ? this.view.toScreen(now.position) : this.view.middle();
    const stride = STRIDE * this.view.scale()[0];
    return [x + stride * right, y + stride * down];
  }

  /** @param {Pixel} pixel */
  changeAt(pixel) {
    return this.planeOf().change(this.view.toMap(...pixel));
  }

  // --- How it looks -----------------------------------------------------------------------------

  /** @returns {[number, number]} */
  units() {
    const side = Math.min(this.canvas.clientWidth, this.canvas.clientHeight) / MAX_SHIFT;
    return [side, side];
  }

  positions = () => null;
  edge = () => MAX_SHIFT;
  corners = () => this.planeOf().corners;
  tileSize = () => 0.96 * (this.made?.step ?? 0) * this.view.scale()[0];
  followsView = () => true;
}
