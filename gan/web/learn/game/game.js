// The smallest game: a GAN of two-dimensional points that trains before the visitor's eyes. step.js is the GAN,
// draw.js the picture; here is what plays it, a few steps a frame.

/** @import { Metrics } from "./step.js" */
/** @import { Point, Target } from "./points.js" */

import { within } from "../../shared/elements.js";
import { LOSSES } from "../../training/losses.js";
import { everyFrame, maySelfStart } from "../on_screen.js";
import { createRandom } from "../random.js";
import { createControls } from "./controls.js";
import { coloursOf, Drawing } from "./draw.js";
import { coveredModes, drawnTarget, sampleLatents, samplePoints, TARGETS } from "./points.js";
import { USUAL } from "./presets.js";
import { BATCH, Step } from "./step.js";

const SHOWN = 160; // G's points on the canvas, always of the same z, so that one sees them move
const REAL = 400; // real points on the canvas
const ASKED = 512; // points that are asked for the coverage
const BUDGET = 7; // ms of a frame that are spent on steps
const MAX_STEPS = 4; // of a frame
const SLOW = 700; // ms of half a step, in slow motion
const STATUS_PAUSE = 200; // ms between two changes of the line that says how it goes

/** @param {HTMLElement} root holds game.html's section */
export function mountGame(root) {
  const game = new Game(root);
  createControls(root, game);
  everyFrame(root, (time) => game.frame(time));
}

export class Game {
  /** @param {HTMLElement} root */
  constructor(root) {
    const { canvas, find, input } = within(root);
    this.root = root;
    this.drawing = new Drawing(canvas("canvas"));
    this.status = find(".status");
    this.layers = { ground: input(".ground"), arrows: input(".arrows"), net: input(".net") };
    this.slow = input(".slow");
    this.hyper = { ...USUAL };
    this.isPlaying = maySelfStart();
    /** @type {Target} */
    this.target = TARGETS.ring;
    /** @type {Point[]} */
    this.stroke = []; // as far as it is drawn by hand
    this.isGeneratorsTurn = false; // in slow motion
    this.lastHalf = 0; // ms, when that turn began
    this.lastStatus = 0;
    this.seed = 0;
    this.step = new Step(createRandom(0));
    /** @type {Partial<Metrics>} */
    this.metrics = {};
    this.restart(0);
  }

  /** Two networks that have learned nothing. @param {number} seed */
  restart(seed = this.seed + 1) {
    this.seed = seed;
    const random = createRandom(seed);
    this.step = new Step(random);
    this.metrics = {};
    this.isGeneratorsTurn = false;
    this.shown = this.step.generator.createPass(SHOWN);
    this.felt = this.step.discriminator.createPass(SHOWN);
    this.asked = this.step.generator.createPass(ASKED);
    const fixed = createRandom(1);
    this.shown.x[0].set(sampleLatents(SHOWN, fixed));
    this.asked.x[0].set(sampleLatents(ASKED, fixed));
    this.useTarget(this.target);
  }

  /** @param {Target} target */
  useTarget(target) {
    this.target = target;
    this.real = samplePoints(target, REAL, createRandom(2));
    this.isStale = true;
  }

  /** @param {Point[]} stroke points along a line that was drawn by hand */
  useStroke(stroke) {
    this.stroke = [];
    if (stroke.length) this.useTarget(drawnTarget(stroke));
  }

  /** One step, or half of one in slow motion. */
  advance() {
    const { step, target, hyper } = this;
    if (!this.slow.checked && !this.isGeneratorsTurn) Object.assign(this.metrics, step.run(target, hyper));
    else if (this.isGeneratorsTurn) this.metrics.generator_loss = step.updateGenerator(hyper);
    else Object.assign(this.metrics, step.updateDiscriminator(target, hyper));
    this.isGeneratorsTurn = this.slow.checked && !this.isGeneratorsTurn;
    this.isStale = true;
  }

  /** @param {number} time in ms */
  frame(time) {
    if (this.isPlaying) this.play(time);
    if (!this.isStale) return;
    this.isStale = false;
    this.draw();
    if (time - this.lastStatus > STATUS_PAUSE || !this.isPlaying) {
      this.lastStatus = time;
      this.status.textContent = this.describe();
    }
  }

  /** As many steps as a frame has time for; or, in slow motion, half a step now and then. @param {number} time */
  play(time) {
    if (this.slow.checked) {
      if (time - this.lastHalf < SLOW) return;
      this.lastHalf = time;
      this.advance();
      return;
    }
    const start = performance.now();
    for (let i = 0; i < MAX_STEPS && performance.now() - start < BUDGET; i++) this.advance();
  }

  draw() {
    const { drawing, layers, step, hyper, real, shown } = this;
    if (!real || !shown) return;
    const colours = coloursOf(this.root);
    drawing.clear();
    if (layers.ground.checked) {
      drawing.drawGround(step.discriminator, colours, hyper.loss === "wasserstein");
    }
    if (layers.net.checked) drawing.drawNet(step.generator, colours);
    drawing.drawPoints(real, colours.real, 1.6, 0.8);
    const fakes = step.generator.forward(shown);
    if (layers.arrows.checked) drawing.drawArrows(fakes, this.feel(fakes), colours);
    drawing.drawPoints(fakes, colours.forged, 2.6, 0.95);
    drawing.drawStroke(this.stroke, colours);
  }

  /**
   * The gradient that each of G's points feels.
   * @param {Float32Array} fakes [SHOWN · 2]
   * @returns {Float32Array} slopes of the loss of each point, [SHOWN · 2]
   */
  feel(fakes) {
    const { step, felt, hyper } = this;
    if (!felt) return fakes;
    felt.x[0].set(fakes);
    const f = step.discriminator.forward(felt);
    const r = new Float32Array(SHOWN).map((_, i) => step.real.x[3][i % BATCH]);
    return step.discriminator.backward(felt, LOSSES[hyper.loss].generator(f, r, 1).fake);
  }

  /** @returns {string} how the game goes */
  describe() {
    const { step, metrics, target, asked } = this;
    const parts = [`Step ${step.steps.toLocaleString("en")}`];
    if (target.modes.length && asked) {
      const covered = coveredModes(step.generator.forward(asked), target.modes);
      parts.push(`G reaches ${covered} of ${target.modes.length} clusters`);
    }
    const { discriminator_loss: d, generator_loss: g } = metrics;
    if (d !== undefined && g !== undefined) parts.push(`loss of D ${d.toFixed(2)}, of G ${g.toFixed(2)}`);
    if (this.slow.checked)
      parts.push(this.isGeneratorsTurn ? "D has learned" : "G has followed its gradient");
    return parts.join(" · ");
  }
}
