// The smallest game on a canvas: the ground is D, the dots are points, the net is G's map of the plane of z.

/** @import { Network, Pass } from "./networks.js" */
/** @import { Point } from "./points.js" */

import { contextOf } from "../../shared/elements.js";

export const EXTENT = 1.15; // the canvas shows −EXTENT…EXTENT in both directions
const CELLS = 36; // of the ground, on a side
const LINES = 9; // of the net, in each direction
const BENDS = 33; // points of each line
const ARROW = 0.17; // the length of the longest arrow
const HALF = 1.5; // the gradient at which an arrow has half of that

/** @typedef {{real: string, forged: string, ink: string}} Colours */

/** @param {Element} element @returns {Colours} as the page's light or dark look has them */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  const [real, forged, ink] = ["--line-b", "--line-a", "--body-text-color"].map((name) =>
    style.getPropertyValue(name).trim(),
  );
  return { real, forged, ink };
}

/** @param {string} colour "#rrggbb" @returns {[number, number, number]} */
const channels = (colour) => {
  const bits = Number.parseInt(colour.slice(1), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255];
};

export class Drawing {
  /** @param {HTMLCanvasElement} canvas a square */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = contextOf(canvas);
    this.ground = new OffscreenCanvas(CELLS, CELLS);
    this.image = new ImageData(CELLS, CELLS);
    this.side = canvas.width;
    /** @type {Pass | null} */
    this.groundPass = null; // made when it is first drawn, of the sizes that the networks have
    /** @type {Pass | null} */
    this.netPass = null;
  }

  /** Empties the canvas, at as many pixels as the screen has for it. */
  clear() {
    const side = Math.round(this.canvas.clientWidth * devicePixelRatio) || this.canvas.width;
    if (this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    this.side = side;
    this.context.clearRect(0, 0, side, side);
  }

  /** @param {number} value a coordinate @returns {number} in pixels of the canvas */
  toPixels(value) {
    return ((value + EXTENT) / (2 * EXTENT)) * this.side;
  }

  /**
   * D's answer at each place: one colour where it calls a point real, the other where it calls it forged.
   * @param {Network} discriminator
   * @param {Colours} colours
   * @param {boolean} isScore whether its output is a score without a zero (the Wasserstein losses): then its mean over
   *   the canvas is taken for one
   */
  drawGround(discriminator, { real, forged }, isScore) {
    this.groundPass ??= discriminator.createPass(CELLS * CELLS);
    const [x] = this.groundPass.x;
    for (let i = 0; i < CELLS * CELLS; i++) {
      x[2 * i] = EXTENT * ((2 * (i % CELLS) + 1) / CELLS - 1);
      x[2 * i + 1] = EXTENT * ((2 * Math.floor(i / CELLS) + 1) / CELLS - 1);
    }
    const logits = discriminator.forward(this.groundPass);
    const [mean, spread] = meanAndSpread(logits);
    const [zero, scale] = isScore ? [mean, spread] : [0, Math.max(0.35, Math.min(1.5, spread))];
    const [ofReal, ofForged] = [channels(real), channels(forged)];
    const { data } = this.image;
    for (let i = 0; i < logits.length; i++) {
      const belief = Math.tanh((logits[i] - zero) / scale); // −1 forged … 1 real
      const colour = belief > 0 ? ofReal : ofForged;
      for (let channel = 0; channel < 3; channel++) data[4 * i + channel] = colour[channel];
      data[4 * i + 3] = 110 * Math.abs(belief);
    }
    contextOf(this.ground).putImageData(this.image, 0, 0);
    this.context.imageSmoothingQuality = "low"; // linear, which is smooth enough for so soft a picture; "high" takes 4 times as long
    this.context.drawImage(this.ground, 0, 0, this.side, this.side);
  }

  /** G's map: lines of the plane of z, where G puts them. @param {Network} generator @param {Colours} colours */
  drawNet(generator, { forged }) {
    this.netPass ??= generator.createPass(2 * LINES * BENDS);
    const [z] = this.netPass.x;
    for (let line = 0, at = 0; line < 2 * LINES; line++) {
      const fixed = (2 * (line % LINES)) / (LINES - 1) - 1;
      for (let bend = 0; bend < BENDS; bend++, at += 2) {
        const moving = (2 * bend) / (BENDS - 1) - 1;
        z[at] = line < LINES ? fixed : moving;
        z[at + 1] = line < LINES ? moving : fixed;
      }
    }
    const points = generator.forward(this.netPass);
    const { context } = this;
    context.beginPath();
    for (let i = 0; i < points.length / 2; i++) {
      const [x, y] = [this.toPixels(points[2 * i]), this.toPixels(points[2 * i + 1])];
      i % BENDS ? context.lineTo(x, y) : context.moveTo(x, y);
    }
    this.stroke(forged, 0.4, 0.8);
  }

  /**
   * @param {Float32Array} points [N · 2]
   * @param {string} colour
   * @param {number} radius in pixels of the page; on a small canvas it is smaller
   * @param {number} opacity 0…1
   */
  drawPoints(points, colour, radius, opacity) {
    const { context } = this;
    const r = radius * devicePixelRatio * Math.max(0.55, Math.min(1, this.canvas.clientWidth / 300));
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [this.toPixels(points[i]), this.toPixels(points[i + 1])];
      context.moveTo(x + r, y);
      context.arc(x, y, r, 0, 2 * Math.PI);
    }
    context.globalAlpha = opacity;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  }

  /**
   * From each point a line along which G's loss falls, longer where it falls faster.
   * @param {Float32Array} points [N · 2]
   * @param {Float32Array} slopes of the loss of each point at the point, [N · 2]
   * @param {Colours} colours
   */
  drawArrows(points, slopes, { ink }) {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) {
      const size = Math.hypot(slopes[i], slopes[i + 1]) || 1;
      const length = (ARROW * size) / (size + HALF) / size;
      const [x, y] = [points[i], points[i + 1]];
      context.moveTo(this.toPixels(x), this.toPixels(y));
      context.lineTo(this.toPixels(x - length * slopes[i]), this.toPixels(y - length * slopes[i + 1]));
    }
    this.stroke(ink, 0.75, 1.1);
  }

  /**
   * From each point a line to another.
   * @param {Float32Array} from [N · 2]
   * @param {Float32Array} to [N · 2]
   * @param {string} colour
   */
  drawLines(from, to, colour) {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i < from.length; i += 2) {
      context.moveTo(this.toPixels(from[i]), this.toPixels(from[i + 1]));
      context.lineTo(this.toPixels(to[i]), this.toPixels(to[i + 1]));
    }
    this.stroke(colour, 0.5, 1);
  }

  /** A line that is being drawn by hand. @param {Point[]} points @param {Colours} colours */
  drawStroke(points, { real }) {
    this.drawPoints(Float32Array.from(points.flat()), real, 2.5, 0.8);
  }

  /** @param {string} colour @param {number} opacity @param {number} width in pixels of the page */
  stroke(colour, opacity, width) {
    const { context } = this;
    context.globalAlpha = opacity;
    context.strokeStyle = colour;
    context.lineWidth = width * devicePixelRatio;
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** @param {Float32Array} values @returns {[number, number]} their mean and their standard deviation, not 0 */
function meanAndSpread(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(square) || 1];
}
