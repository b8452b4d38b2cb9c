// The smallest game: a GAN of two-dimensional points that trains before the visitor's eyes. scene.js is the GAN and its
// picture; here is what plays it, a few steps a frame.

/** @import { Point, Target } from "./points.js" */

import { within } from "../../shared/elements.js";
import { maySelfStart } from "../on_screen.js";
import { coloursOf, Drawing } from "./draw.js";
import { drawnTarget, TARGETS } from "./points.js";
import { USUAL } from "./presets.js";
import { Scene } from "./scene.js";

// Steps and the picture may take so many of the 16.7 ms that a frame has at 60 frames a second. The browser needs about
// 2 ms more to put the picture on the screen, so a third of a frame is left for what else happens in the page.
const BUDGET = 9;
const MAX_STEPS = 4; // of a frame
const SLOW = 700; // ms of half a step, in slow motion
const STATUS_PAUSE = 200; // ms between two changes of the line that says how it goes

export class Game {
  /** @param {HTMLElement} root */
  constructor(root) {
    const { canvas, find, input } = within(root);
    this.root = root;
    this.drawing = new Drawing(canvas("canvas"));
    this.status = find(".status");
    this.layers = { ground: input(".ground"), arrows: input(".arrows"), net: input(".net") };
    this.slow = input(".slow");
    this.isPlaying = maySelfStart();
    this.seed = 0;
    this.scene = new Scene(TARGETS.ring, { ...USUAL }, this.seed);
    /** @type {Point[]} */
    this.stroke = []; // as far as it is drawn by hand
    this.isStale = true; // something has changed since it was drawn
    this.lastHalf = 0; // ms, when that half of a step was made
    this.lastStatus = 0;
    this.drawingTime = 0; // ms that a picture takes, as a mean over the last ones
  }

  /** Two networks that have learned nothing. @param {number} seed */
  restart(seed = this.seed + 1) {
    const { target, hyper } = this.scene;
    this.seed = seed;
    this.scene = new Scene(target, hyper, seed);
    this.isStale = true;
  }

  /** @param {Target} target */
  useTarget(target) {
    this.scene.useTarget(target);
    this.isStale = true;
  }

  /** @param {Point[]} stroke points along a line that was drawn by hand */
  useStroke(stroke) {
    this.stroke = [];
    if (stroke.length) this.useTarget(drawnTarget(stroke));
  }

  /** One step, or half of one in slow motion. */
  advance() {
    if (this.slow.checked) this.scene.advanceHalf();
    else this.scene.advance();
    this.isStale = true;
  }

  /** @param {number} time in ms */
  frame(time) {
    if (this.isPlaying) this.play(time);
    if (!this.isStale) return;
    this.isStale = false;
    const { ground, arrows, net } = this.layers;
    const layers = { ground: ground.checked, arrows: arrows.checked, net: net.checked };
    const colours = coloursOf(this.root);
    const began = performance.now();
    this.scene.draw(this.drawing, colours, layers);
    this.drawing.drawStroke(this.stroke, colours);
    this.drawingTime += 0.1 * (performance.now() - began - this.drawingTime);
    if (time - this.lastStatus > STATUS_PAUSE || !this.isPlaying) {
      this.lastStatus = time;
      this.status.textContent = this.describe();
    }
  }

  /**
   * As many steps as a frame has time for beside its picture, and one at least; or, in slow motion, half a step now and
   * then.
   * @param {number} time in ms
   */
  play(time) {
    if (this.slow.checked) {
      if (time - this.lastHalf < SLOW) return;
      this.lastHalf = time;
      this.advance();
      return;
    }
    const began = performance.now();
    for (let steps = 1; steps <= MAX_STEPS; steps++) {
      this.advance();
      const spent = performance.now() - began;
      if (this.drawingTime + spent + spent / steps > BUDGET) return; // the next step would not fit
    }
  }

  /** @returns {string} how the game goes */
  describe() {
    const { scene } = this;
    const { modes } = scene.target;
    const parts = [`Step ${scene.step.steps.toLocaleString("en")}`];
    if (modes.length) parts.push(`G reaches ${scene.covered()} of ${modes.length} clusters`);
    const { discriminator_loss: d, generator_loss: g } = scene.metrics;
    if (d !== undefined && g !== undefined) parts.push(`loss of D ${d.toFixed(2)}, of G ${g.toFixed(2)}`);
    if (this.slow.checked) {
      parts.push(scene.isGeneratorsTurn ? "D has learned" : "G has followed its gradient");
    }
    return parts.join(" · ");
  }
}
