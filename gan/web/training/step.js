// One train step, as in gan/training/step.py: D learns from a batch and its fakes, then G learns from what the new D makes
// of them. Each worker computes the gradients of its share of the batch; `sum` adds them up; all make the same update.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Batch } from "./batch.js" */
/** @import { Pass } from "./discriminator.js" */
/** @import { Parameters } from "./parameters.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */

import { augment, augmentBackwards, drawChanges } from "./augment.js";
import { addInstanceNoise, interpolate, perturb, RngStream } from "./batch.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { initializeGan } from "./initialize.js";
import { GP_LOSSES, LOSSES, sigmoid } from "./losses.js";
import { oneCenteredGp, zeroCenteredGp } from "./penalties.js";
import { decay, emaDecay } from "./schedules.js";

/**
 * Means over a batch.
 * @typedef {object} Metrics
 * @property {number} discriminator_loss without the penalty
 * @property {number} generator_loss
 * @property {number} penalty weighted
 * @property {number} real_score E σ(D(real)), before the update; a probability with cross-entropy losses
 * @property {number} fake_score E σ(D(fake))
 * @property {number} discriminator_gradient the gradient's norm over all weights
 * @property {number} generator_gradient
 */

/** Adds up what the workers' `parameters.shared` hold, so that all have the sum. @typedef {(parameters: Parameters) => Promise<void>} Sum */

/** @type {Sum} a worker on its own */
export const alone = async () => {};

export class Step {
  /**
   * @param {Machine} machine
   * @param {Recipe} recipe that `whyNotInPage` has nothing against
   * @param {number} largestShare examples of a batch that this worker takes at most: a multiple of 4
   */
  constructor(machine, recipe, largestShare) {
    this.machine = machine;
    this.recipe = recipe;
    this.share = largestShare; // examples that it takes now: a multiple of 4
    this.largestShare = largestShare;
    this.batchSize = recipe.train.batch_size;
    this.augment = recipe.train.augment ?? "none";
    /** @type {import("./augment.js").Change[]} how the fakes were changed before D saw them */
    this.fakeChanges = [];
    this.loss = LOSSES[recipe.train.loss];
    this.generator = new Generator(machine, recipe.model, largestShare);
    this.discriminator = new Discriminator(machine, recipe.model, largestShare);
    const { discriminator: d } = this;
    this.real = d.reservePass(); // what D sees: real pictures,
    this.fake = d.reservePass(); // fakes, with noise on both where a recipe has it,
    /** @type {Pass | null} and those at which wasserstein-gp or dragan looks at D's slope */
    this.between = GP_LOSSES.includes(recipe.train.loss) ? d.reservePass() : null;
  }

  /** Numbers in the pictures of this worker's share. */
  get size() {
    return this.share * this.generator.pictureSize;
  }

  /** Sets all to what it is before the first step of a seed. @param {number} seed */
  initialize(seed) {
    const { generator, discriminator } = this;
    initializeGan(generator.parameters, discriminator.parameters, this.recipe.model, seed);
    generator.parameters.view("ema").set(generator.parameters.view("weights"));
    this.transpose();
  }

  /** To be called after every change of the weights that is not a step's own. */
  transpose() {
    this.generator.transpose();
    this.discriminator.transpose();
  }

  /**
   * Takes a step.
   * @param {Batch} batch this worker's share
   * @param {Hyperparams} hyper
   * @param {number} step how many were taken before
   * @param {Sum} sum
   * @returns {Promise<Metrics>}
   */
  async run(batch, hyper, step, sum) {
    const { generator, discriminator } = this;
    const now = decay(hyper, step);

    // G generates once: D learns from these fakes, and then G learns from what the new D makes of them.
    generator.setInputs(batch.z, batch.real.labels);
    generator.forward(this.share);
    this.see(batch, now);

    this.discriminatorGradients(batch, now);
    await sum(discriminator.parameters);
    const [discriminator_loss, penalty, real_score, fake_score] = discriminator.parameters.metrics;
    const discriminator_gradient = discriminator.parameters.gradientNorm();
    this.updateDiscriminator(now);

    this.generatorGradients();
    await sum(generator.parameters);
    const [generator_loss] = generator.parameters.metrics;
    const generator_gradient = generator.parameters.gradientNorm();
    this.updateGenerator(now, step);

    const losses = { discriminator_loss, generator_loss, penalty, real_score, fake_score };
    return { ...losses, discriminator_gradient, generator_gradient };
  }

  /** @param {number} address @returns {Float32Array} the pictures of a batch there; not a copy */
  pictures(address) {
    return this.machine.floats.subarray(address >> 2, (address >> 2) + this.size);
  }

  /** Real and generated pictures as D sees them: augmented, then with noise, as a recipe asks. @param {Batch} batch @param {Hyperparams} hyper */
  see({ real, keys }, { instance_noise }) {
    const { channels } = this.recipe.model;
    const side = Math.sqrt(this.generator.pictureSize / channels);
    const changesOf = (/** @type {number} */ stream) => drawChanges(this.augment, keys, stream, side);
    const reals = this.pictures(this.real.x);
    for (let i = 0; i < this.size; i++) reals[i] = real.pictures[i] / 127.5 - 1;
    augment(reals, changesOf(RngStream.AUGMENT_REAL), channels);
    const fakes = this.pictures(this.fake.x);
    fakes.set(this.pictures(this.generator.fake));
    this.fakeChanges = changesOf(RngStream.AUGMENT_FAKE);
    augment(fakes, this.fakeChanges, channels);
    this.real.labels = this.fake.labels = real.labels;
    if (!instance_noise) return;
    addInstanceNoise(reals, instance_noise, keys, RngStream.NOISE_ON_REAL);
    addInstanceNoise(fakes, instance_noise, keys, RngStream.NOISE_ON_FAKE);
  }

  /** The gradients of D's adversarial loss and penalties, of this share. @param {Batch} batch @param {Hyperparams} hyper */
  discriminatorGradients(batch, hyper) {
    const { discriminator: d, share, batchSize } = this;
    const { parameters } = d;
    this.machine.kernels.fill_zero(parameters.starts.gradients, parameters.size);
    const r = d.forward(this.real, share);
    const f = d.forward(this.fake, share);
    const { loss, real, fake } = this.loss.discriminator(r, f, batchSize, hyper.label_smoothing);
    let penalty =
      this.penalise(this.real, real, hyper.r1_gamma) + this.penalise(this.fake, fake, hyper.r2_gamma);
    if (this.between) penalty += this.penaliseBetween(this.between, batch, hyper.gp_weight);
    const score = (/** @type {Float32Array} */ logits) =>
      logits.reduce((sum, logit) => sum + sigmoid(logit), 0) / batchSize;
    parameters.metrics.set([loss, penalty, score(r), score(f)]);
  }

  /**
   * Adds to D's gradients those of the loss and of R1 or R2, at real pictures or at fakes.
   * @param {Pass} pass after `forward`
   * @param {Float32Array} slopes of the loss at its logits
   * @param {number} gamma of the penalty; 0: there is none
   * @returns {number} the penalty, of this share
   */
  penalise(pass, slopes, gamma) {
    const { discriminator: d, share } = this;
    if (!gamma) {
      d.backward(pass, slopes, null, share);
      d.accumulate(pass, slopes, share);
      return 0;
    }
    return this.addPenalty(pass, slopes, (norms) => zeroCenteredGp(norms, this.batchSize, gamma));
  }

  /**
   * @param {Pass} pass after `forward`
   * @param {Float32Array} slopes of the loss at its logits
   * @param {(squaredNorms: Float32Array) => import("./penalties.js").Penalty} penaltyOf
   * @returns {number}
   */
  addPenalty(pass, slopes, penaltyOf) {
    const { discriminator: d, share } = this;
    const [v] = d.v;
    d.backward(pass, null, v, share);
    const { penalty, factors } = penaltyOf(d.squaredNorms(v, share));
    const size = 4 * d.pictureSize;
    for (let i = 0; i < share; i++) this.machine.kernels.scale(v + i * size, v + i * size, size, factors[i]);
    d.forwardThroughSwitches(pass, share);
    d.accumulateWithPenalty(pass, slopes, share);
    return penalty;
  }

  /** The penalty of wasserstein-gp or dragan. @param {Pass} pass @param {Batch} batch @param {number} weight */
  penaliseBetween(pass, { keys, real }, weight) {
    const [reals, fakes, out] = [this.real.x, this.fake.x, pass.x].map((address) => this.pictures(address));
    if (this.recipe.train.loss === "dragan") perturb(reals, out, keys);
    else interpolate(reals, fakes, out, keys);
    pass.labels = real.labels;
    this.discriminator.forward(pass, this.share);
    const noLoss = new Float32Array(this.share);
    return this.addPenalty(pass, noLoss, (norms) => oneCenteredGp(norms, this.batchSize, weight));
  }

  /** One step of Adam for D. @param {Hyperparams} hyper */
  updateDiscriminator(hyper) {
    const { parameters } = this.discriminator;
    parameters.update(hyper.discriminator_lr, hyper);
    if (hyper.weight_clip)
      this.machine.kernels.clip(parameters.starts.weights, parameters.size, hyper.weight_clip);
    this.discriminator.transpose();
  }

  /** The gradients of G's loss, of this share: through the new D to the fakes, and through G. */
  generatorGradients() {
    const { generator: g, discriminator: d, share } = this;
    const f = d.forward(this.fake, share);
    const r = this.loss.needs_real_logits ? d.forward(this.real, share) : null;
    const { loss, fake } = this.loss.generator(f, r, this.batchSize);
    d.backward(this.fake, fake, g.atFake, share);
    // Noise is added to the fakes, so the gradient behind it is the gradient before it.
    augmentBackwards(this.pictures(g.atFake), this.fakeChanges, this.recipe.model.channels);
    g.backward(share);
    g.parameters.metrics.set([loss, 0, 0, 0]);
  }

  /** One step of Adam for G, and of its average. @param {Hyperparams} hyper @param {number} step */
  updateGenerator(hyper, step) {
    this.generator.parameters.update(hyper.generator_lr, hyper);
    this.generator.parameters.average(emaDecay(hyper.ema_decay, step));
    this.generator.transpose();
  }
}
