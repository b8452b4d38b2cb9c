// Both losses of a small game over its steps, as two lines.

/** @import { Colours } from "../game/draw.js" */
/** @import { Metrics } from "../game/step.js" */

import { contextOf } from "../../shared/elements.js";

const TOP = 2; // the loss at the upper edge; 0 is at the lower one
const KEPT = 0.9; // of each running mean: a single batch says little

export class LossCurves {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    canvas.setAttribute("aria-hidden", "true");
    this.clear();
  }

  clear() {
    /** @type {{d: number, g: number}[]} running means, one a step */
    this.means = [];
  }

  /** @param {Partial<Metrics>} metrics of a step */
  add({ discriminator_loss: d = 0, generator_loss: g = 0 }) {
    const before = this.means.at(-1) ?? { d, g };
    this.means.push({ d: KEPT * before.d + (1 - KEPT) * d, g: KEPT * before.g + (1 - KEPT) * g });
  }

  /** @param {Colours} colours D's in that of real points, G's in that of its own */
  draw({ real, forged }) {
    const { canvas, means } = this;
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio) || 168;
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio) || 48;
    const context = contextOf(canvas);
    context.lineWidth = 1.5 * devicePixelRatio;
    /** @type {["d" | "g", string][]} */
    const lines = [
      ["d", real],
      ["g", forged],
    ];
    for (const [name, colour] of lines) {
      context.beginPath();
      means.forEach((mean, i) => {
        const x = (canvas.width * i) / Math.max(1, means.length - 1);
        context.lineTo(x, canvas.height * (1 - mean[name] / TOP));
      });
      context.strokeStyle = colour;
      context.stroke();
    }
  }
}
