// A GAN of points and what is shown of it: used by the smallest game, and by the small figures beside the text.

/** @import { Colours, Drawing } from "./draw.js" */
/** @import { Target } from "./points.js" */
/** @import { Hyperparams, Metrics } from "./step.js" */

import { LOSSES } from "../../training/losses.js";
import { createRandom } from "../random.js";
import { coveredModes, sampleLatents, samplePoints } from "./points.js";
import { BATCH, Step } from "./step.js";

const SHOWN = 160; // G's points on the canvas, always of the same z, so that one sees them move
const REAL = 400; // real points on the canvas
const ASKED = 512; // points that are asked for the coverage

/**
 * What is drawn beside the points.
 * @typedef {object} Layers
 * @property {boolean} ground D's answer at each place
 * @property {boolean} arrows the gradient that each of G's points feels
 * @property {boolean} net G's map of the plane of z
 * @property {boolean} [average] whether G's average makes the points and the net, not G as it is
 */

export class Scene {
  /**
   * @param {Target} target
   * @param {Hyperparams} hyper may be changed between steps
   * @param {number} seed of the networks and of the batches
   */
  constructor(target, hyper, seed) {
    this.hyper = hyper;
    this.target = target;
    this.real = samplePoints(target, REAL, createRandom(2));
    this.step = new Step(createRandom(seed));
    this.shown = this.step.generator.createPass(SHOWN);
    this.felt = this.step.discriminator.createPass(SHOWN);
    this.asked = this.step.generator.createPass(ASKED);
    const fixed = createRandom(1);
    this.shown.x[0].set(sampleLatents(SHOWN, fixed));
    this.asked.x[0].set(sampleLatents(ASKED, fixed));
    this.isGeneratorsTurn = false; // half a step is done
    /** @type {Partial<Metrics>} */
    this.metrics = {};
  }

  /** Other real points for the same networks. @param {Target} target */
  useTarget(target) {
    this.target = target;
    this.real = samplePoints(target, REAL, createRandom(2));
  }

  /** @returns {number} steps made so far */
  get steps() {
    return this.step.steps;
  }

  /** A whole step; or the rest of one, if half of it is done. */
  advance() {
    const { step, target, hyper } = this;
    if (this.isGeneratorsTurn) this.advanceHalf();
    else Object.assign(this.metrics, step.run(target, hyper));
  }

  /** Half a step: D learns, or G does. */
  advanceHalf() {
    const { step, target, hyper } = this;
    if (this.isGeneratorsTurn) this.metrics.generator_loss = step.updateGenerator(hyper);
    else Object.assign(this.metrics, step.updateDiscriminator(target, hyper));
    this.isGeneratorsTurn = !this.isGeneratorsTurn;
  }

  /** @returns {number} how many of the target's clusters G reaches */
  covered() {
    return coveredModes(this.step.generator.forward(this.asked), this.target.modes);
  }

  /**
   * @param {Drawing} drawing
   * @param {Colours} colours
   * @param {Layers} layers
   */
  draw(drawing, colours, { ground, arrows, net, average }) {
    const { step, hyper, real, shown } = this;
    const generator = average ? step.average : step.generator;
    drawing.clear();
    if (ground) drawing.drawGround(step.discriminator, colours, hyper.loss === "wasserstein");
    if (net) drawing.drawNet(generator, colours);
    drawing.drawPoints(real, colours.real, 1.6, 0.8);
    const fakes = generator.forward(shown);
    if (arrows) drawing.drawArrows(fakes, this.feel(fakes), colours);
    drawing.drawPoints(fakes, colours.forged, 2.6, 0.95);
  }

  /**
   * The gradient that each of G's points feels.
   * @param {Float32Array} fakes [SHOWN · 2]
   * @returns {Float32Array} slopes of the loss of each point, [SHOWN · 2]
   */
  feel(fakes) {
    const { step, felt, hyper } = this;
    felt.x[0].set(fakes);
    const f = step.discriminator.forward(felt);
    const reals = step.real.x[step.discriminator.layers.length]; // D's logits of the last batch
    const r = new Float32Array(SHOWN).map((_, i) => reals[i % BATCH]);
    return step.discriminator.backward(felt, LOSSES[hyper.loss].generator(f, r, 1).fake);
  }
}
