// What of a map is in sight: where its positions lie on the canvas, and how far one may zoom and shift.

/** @typedef {[number, number]} Position on a map: across, and down */
/** @typedef {[number, number]} Pixel of the canvas */

/**
 * What a viewport must know of a map.
 * @typedef {object} Extent
 * @property {() => [number, number]} units pixels of MARGIN, across and down
 * @property {() => Position[] | null} positions what must stay in sight; null where every position is one
 * @property {() => number} edge how far from the middle there is something
 */

import { MAX_ZOOM, MIN_ZOOM, WHOLE } from "../shared/state.js";

const MIN_IN_SIGHT = 20; // positions that stay in sight, so that nobody gets lost
const PULL = 0.4; // of its way to where it is wanted that a position comes with each zoom
const STEP = 1.1; // by which a zoom that asks for too much is taken back
const MARGIN = 0.46; // of the canvas, from its middle to a position at 1, at zoom 1

export class Viewport {
  /**
   * @param {Pick<HTMLCanvasElement, "clientWidth" | "clientHeight">} canvas
   * @param {Extent} extent
   */
  constructor(canvas, extent) {
    this.canvas = canvas;
    this.extent = extent;
    this.at = WHOLE; // of the state; it is replaced, never written to
  }

  get magnification() {
    return this.at.zoom;
  }

  get isWhole() {
    return this.at.zoom === 1 && !this.at.x && !this.at.y;
  }

  reset() {
    this.at = WHOLE;
  }

  // --- From the map to the canvas, and back -----------------------------------------------------

  /** @returns {Pixel} */
  middle() {
    return [this.canvas.clientWidth / 2, this.canvas.clientHeight / 2];
  }

  /** Pixels of 1 on the map, across and down. @returns {[number, number]} */
  scale() {
    const [across, down] = this.extent.units();
    return [MARGIN * this.at.zoom * across, MARGIN * this.at.zoom * down];
  }

  /** `toScreen` as it is now: to be asked once for many positions. @returns {(position: Position) => Pixel} */
  projection() {
    const [[across, down], [left, top]] = [this.scale(), this.middle()];
    const { x, y } = this.at;
    return (position) => [left + (position[0] - x) * across, top + (position[1] - y) * down];
  }

  /** @param {Position} position @returns {Pixel} */
  toScreen(position) {
    return this.projection()(position);
  }

  /** @param {number} x @param {number} y @returns {Position} */
  toMap(x, y) {
    const [[across, down], [left, top]] = [this.scale(), this.middle()];
    return [(x - left) / across + this.at.x, (y - top) / down + this.at.y];
  }

  /** @param {number} x @param {number} y @returns {number} the number of the position that is nearest to a pixel */
  nearest(x, y) {
    const project = this.projection();
    let [best, least] = [0, Infinity];
    (this.extent.positions() ?? []).forEach((position, i) => {
      const [a, b] = project(position);
      const distance = (a - x) ** 2 + (b - y) ** 2;
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }

  /**
   * The number of the position that is nearest to a pixel in one of four directions: of those within 45° of it or, where
   * there is none, of all that lie further that way.
   * @param {Pixel} pixel
   * @param {[number, number]} direction [1, 0] is to the right, [0, 1] down
   * @returns {number | null} null if nothing lies further that way
   */
  beyond([x, y], [right, down]) {
    const project = this.projection();
    const least = { inside: Infinity, outside: Infinity };
    /** @type {{inside: number | null, outside: number | null}} */
    const best = { inside: null, outside: null };
    (this.extent.positions() ?? []).forEach((position, i) => {
      const [a, b] = project(position);
      const ahead = (a - x) * right + (b - y) * down;
      if (ahead < 0.5) return; // itself, too
      const aside = Math.abs((a - x) * down) + Math.abs((b - y) * right);
      const where = aside <= ahead ? "inside" : "outside";
      const distance = Math.hypot(ahead, aside);
      if (distance < least[where]) [best[where], least[where]] = [i, distance];
    });
    return best.inside ?? best.outside;
  }

  /** @param {Pixel} pixel @returns {boolean} whether it is on the canvas */
  isIn([x, y]) {
    return x > 0 && y > 0 && x < this.canvas.clientWidth && y < this.canvas.clientHeight;
  }

  /** @param {Position[]} known @returns {boolean} whether too few of them are in sight */
  isLost(known) {
    const project = this.projection();
    return known.filter((position) => this.isIn(project(position))).length < MIN_IN_SIGHT;
  }

  // --- Zooming and shifting ---------------------------------------------------------------------

  /**
   * Brings a position of the map to a pixel, at a zoom.
   * @param {Position} position
   * @param {Pixel} pixel
   * @param {number} zoom
   */
  put(position, [x, y], zoom) {
    this.at = { ...this.at, zoom };
    const [[across, down], [left, top]] = [this.scale(), this.middle()];
    this.at = { zoom, x: position[0] - (x - left) / across, y: position[1] - (y - top) / down };
  }

  /**
   * Nearer: about the position that is nearest to a pixel, and comes towards pixel `to`; as far as MIN_IN_SIGHT
   * positions stay in sight. Farther: about the pixel, until the whole map is there again.
   * @param {number} factor
   * @param {Pixel} pixel
   * @param {Pixel} [to]
   */
  zoom(factor, pixel, to = pixel) {
    const before = this.at;
    const known = factor > 1 ? this.extent.positions() : null;
    const position = known ? known[this.nearest(...pixel)] : this.toMap(...pixel);
    const from = known ? this.toScreen(position) : pixel;
    /** @type {Pixel} */
    const target = [from[0] + PULL * (to[0] - from[0]), from[1] + PULL * (to[1] - from[1])];
    let next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, before.zoom * factor));
    this.put(position, target, next);
    while (known && this.isLost(known)) {
      next /= STEP;
      if (next <= before.zoom) break;
      this.put(position, target, next);
    }
    if (known && next <= before.zoom) this.at = before;
    if (this.at.zoom <= 1) this.at = { ...WHOLE, zoom: this.at.zoom };
  }

  /**
   * By a button or a key: nearer to a position, if that is in sight, and else to the middle. Farther: from the middle.
   * @param {number} factor
   * @param {Position} [position]
   */
  zoomTo(factor, position) {
    const pixel = position && this.toScreen(position);
    this.zoom(factor, pixel && this.isIn(pixel) && factor > 1 ? pixel : this.middle(), this.middle());
  }

  /** @param {number} factor @param {Position} [position] @returns {boolean} whether `zoomTo` would change the zoom */
  canZoomTo(factor, position) {
    const before = this.at;
    this.zoomTo(factor, position);
    const { zoom } = this.at;
    this.at = before;
    return zoom !== before.zoom;
  }

  /** Shifts so that a pixel is on the canvas. @param {Pixel} pixel @returns {Pixel} where it is then */
  bring([x, y]) {
    if (this.isIn([x, y])) return [x, y];
    const position = this.toMap(x, y);
    const [left, top] = this.middle();
    this.shift(left - x, top - y);
    return this.toScreen(position);
  }

  /** As long as there is something to see. @param {number} x pixels @param {number} y */
  shift(x, y) {
    const before = this.at;
    const [across, down] = this.scale();
    const edge = this.extent.edge();
    /** @param {number} value */
    const held = (value) => Math.max(-edge, Math.min(edge, value));
    this.at = { ...before, x: held(before.x - x / across), y: held(before.y - y / down) };
    const known = this.extent.positions();
    if (known && this.isLost(known)) this.at = before;
  }
}
