// One train step of a GAN of points, as in gan/training/step.py: D learns from real points and G's, then G learns from
// what the new D makes of its points. The losses and the penalty are those of the GAN of digits.

/** @import { Random } from "../random.js" */
/** @import { Target } from "./points.js" */

import { GP_LOSSES, LOSSES, sigmoid } from "../../training/losses.js";
import { zeroCenteredGp } from "../../training/penalties.js";
import { emaDecay } from "../../training/schedules.js";
import { Network } from "./networks.js";
import { sampleLatents, samplePoints } from "./points.js";

const HIDDEN = [32, 32]; // units of the hidden layers of each network
export const BATCH = 128; // real points, and as many fakes, in a step

/** The losses that can be chosen: all but those whose penalties look at D between the points. */
export const LOSS_NAMES = Object.keys(LOSSES).filter((name) => !GP_LOSSES.includes(name));

/**
 * What can be changed while it trains, by the names of gan/config.py.
 * @typedef {object} Hyperparams
 * @property {string} loss a name of LOSSES
 * @property {number} generator_lr
 * @property {number} discriminator_lr
 * @property {number} beta1 Adam's β₁, 0…1
 * @property {number} r1_gamma
 * @property {number} label_smoothing what is taken from the label 1 of real points, 0…1
 * @property {number} instance_noise the standard deviation of the noise on all that D sees
 * @property {number} ema_decay how much of G's average a step keeps, 0…1
 */

/**
 * Means over the batch.
 * @typedef {object} Metrics
 * @property {number} discriminator_loss without the penalty
 * @property {number} generator_loss
 * @property {number} penalty weighted
 * @property {number} real_score E σ(D(real)), before the update
 * @property {number} fake_score E σ(D(fake))
 */

const BETA2 = 0.99; // Adam's β₂, as in gan/config.py

/** The mean of σ(logit). @param {Float32Array} logits */
const score = (logits) => logits.reduce((sum, logit) => sum + sigmoid(logit), 0) / logits.length;

export class Step {
  /** @param {Random} random for the weights, and for the batches after that */
  constructor(random) {
    this.random = random;
    this.generator = new Network([2, ...HIDDEN, 2], random);
    this.discriminator = new Network([2, ...HIDDEN, 1], random);
    this.average = this.generator.copy(); // G's mean over its last steps
    this.generated = this.generator.createPass(BATCH);
    this.real = this.discriminator.createPass(BATCH);
    this.fake = this.discriminator.createPass(BATCH);
    this.steps = 0;
  }

  /**
   * A whole step.
   * @param {Target} target
   * @param {Hyperparams} hyper
   * @returns {Metrics}
   */
  run(target, hyper) {
    const metrics = this.updateDiscriminator(target, hyper);
    return { ...metrics, generator_loss: this.updateGenerator(hyper) };
  }

  /**
   * The first half of a step: new real points and new fakes, from which D learns.
   * @param {Target} target
   * @param {Hyperparams} hyper
   * @returns {Omit<Metrics, "generator_loss">}
   */
  updateDiscriminator(target, hyper) {
    this.real.x[0].set(samplePoints(target, BATCH, this.random));
    this.generate(sampleLatents(BATCH, this.random));
    for (const { x } of [this.real, this.fake]) this.addNoise(x[0], hyper.instance_noise);
    const metrics = this.discriminatorGradients(hyper);
    this.discriminator.update(hyper.discriminator_lr, hyper.beta1, BETA2);
    return metrics;
  }

  /**
   * The second half: G learns from what the new D makes of the same fakes, and its average follows it.
   * @param {Hyperparams} hyper
   * @returns {number} G's loss
   */
  updateGenerator(hyper) {
    const loss = this.generatorGradients(hyper);
    this.generator.update(hyper.generator_lr, hyper.beta1, BETA2);
    this.average.follow(this.generator, emaDecay(hyper.ema_decay, this.steps));
    this.steps++;
    return loss;
  }

  /** G makes points of z, and D is given them. @param {Float32Array} z [BATCH · 2] */
  generate(z) {
    this.generated.x[0].set(z);
    this.fake.x[0].set(this.generator.forward(this.generated));
  }

  /**
   * Normal noise on points, in place: arXiv 1610.04490, §2.3. The slope at what D sees is the slope at the point.
   * @param {Float32Array} points [BATCH · 2]
   * @param {number} deviation
   */
  addNoise(points, deviation) {
    if (deviation) for (let i = 0; i < points.length; i++) points[i] += deviation * this.random.normal();
  }

  /**
   * The gradients of D's loss and of R1, at the real points and the fakes of the step.
   * @param {Hyperparams} hyper
   * @returns {Omit<Metrics, "generator_loss">}
   */
  discriminatorGradients({ loss, r1_gamma, label_smoothing }) {
    const { discriminator: d, real, fake } = this;
    d.clearGradients();
    const r = d.forward(real);
    const f = d.forward(fake);
    const scores = { real_score: score(r), fake_score: score(f) };
    const adversarial = LOSSES[loss].discriminator(r, f, BATCH, label_smoothing);
    d.backward(fake, adversarial.fake);
    d.accumulate(fake);
    const penalty = this.accumulateReal(adversarial.real, r1_gamma);
    return { discriminator_loss: adversarial.loss, penalty, ...scores };
  }

  /**
   * Adds the gradients of the loss at the real points, and of R1 = ½ γ E‖∇D(real)‖².
   * @param {Float32Array} slopes of the loss at the logits, [BATCH]
   * @param {number} gamma 0: there is no penalty
   * @returns {number} the penalty
   */
  accumulateReal(slopes, gamma) {
    const { discriminator: d, real } = this;
    if (!gamma) {
      d.backward(real, slopes);
      d.accumulate(real);
      return 0;
    }
    const v = d.backward(real, new Float32Array(BATCH).fill(1)); // ∇D at each real point
    const squaredNorms = new Float32Array(BATCH).map((_, i) => v[2 * i] ** 2 + v[2 * i + 1] ** 2);
    const { penalty, factors } = zeroCenteredGp(squaredNorms, BATCH, gamma);
    for (let i = 0; i < v.length; i++) v[i] *= factors[i >> 1];
    d.forwardThroughSwitches(real);
    d.accumulateWithPenalty(real, slopes);
    return penalty;
  }

  /**
   * The gradients of G's loss: through the new D to the fakes, and through G.
   * @param {Hyperparams} hyper
   * @returns {number} G's loss
   */
  generatorGradients({ loss: name }) {
    const { generator: g, discriminator: d, generated, real, fake } = this;
    g.clearGradients();
    const f = d.forward(fake);
    const r = LOSSES[name].needs_real_logits ? d.forward(real) : null;
    const { loss, fake: slopes } = LOSSES[name].generator(f, r, BATCH);
    g.backward(generated, d.backward(fake, slopes));
    g.accumulate(generated);
    return loss;
  }
}
