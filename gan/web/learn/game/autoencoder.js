// An autoencoder of points: it squeezes each point of the plane into one number z, and makes the point again of it. With
// a weight on the KL divergence it is a variational one (Kingma and Welling 2013, arXiv 1312.6114), as in
// gan/training/vae.py.

/** @import { Random } from "../random.js" */
/** @import { Colours, Drawing } from "./draw.js" */
/** @import { Target } from "./points.js" */

import { createRandom } from "../random.js";
import { Network } from "./networks.js";
import { samplePoints } from "./points.js";

const HIDDEN = [32, 32]; // units of the hidden layers of each network
const BATCH = 128; // real points of a step
const SHOWN = 160; // forgeries on the canvas, always of the same z
const REAL = 240; // real points on the canvas
const RATE = 0.004; // the learning rate
const [BETA1, BETA2] = [0.9, 0.99]; // Adam's
const PRECISION = 1 / 0.12 ** 2; // of the normal distribution that a point has around its copy

/**
 * What is learned from a batch, as means over it.
 * @typedef {{error: number, kl_divergence: number}} Metrics error: ½ ‖x − copy‖² · PRECISION; both in nats
 */

/** One train step of it. */
export class AutoencoderStep {
  /** @param {Random} random for the weights, and for the batches after that @param {number} kl_weight 0: it is plain */
  constructor(random, kl_weight) {
    this.random = random;
    this.kl_weight = kl_weight;
    this.encoder = new Network([2, ...HIDDEN, 2], random); // x → the mean of z, and the logarithm of its variance
    this.decoder = new Network([1, ...HIDDEN, 2], random); // z → a copy of x
    this.encoded = this.encoder.createPass(BATCH);
    this.decoded = this.decoder.createPass(BATCH);
    this.noise = new Float32Array(BATCH);
    this.steps = 0;
  }

  /** @param {Target} target */
  run(target) {
    this.encoded.x[0].set(samplePoints(target, BATCH, this.random));
    if (this.kl_weight) this.noise = this.noise.map(() => this.random.normal());
    this.gradients();
    for (const network of [this.encoder, this.decoder]) network.update(RATE, BETA1, BETA2);
    this.steps++;
  }

  /**
   * The gradients of L = error + kl_weight · KL(q(z | x) ‖ N(0, 1)) at the points of the step. A plain autoencoder has no
   * noise: its z is the mean.
   * @returns {Metrics}
   */
  gradients() {
    const { encoder, decoder, encoded, decoded, noise, kl_weight } = this;
    encoder.clearGradients();
    decoder.clearGradients();
    const code = encoder.forward(encoded); // [BATCH · 2]
    const deviations = noise.map((_, i) => (kl_weight ? Math.exp(0.5 * code[2 * i + 1]) : 0));
    decoded.x[0].set(noise.map((each, i) => code[2 * i] + deviations[i] * each));
    const differences = decoder.forward(decoded).map((copy, i) => copy - encoded.x[0][i]);
    const error = (0.5 * PRECISION * differences.reduce((sum, each) => sum + each ** 2, 0)) / BATCH;
    const atZ = decoder.backward(
      decoded,
      differences.map((each) => (PRECISION * each) / BATCH),
    );
    decoder.accumulate(decoded);
    const slopes = new Float32Array(2 * BATCH);
    let kl_divergence = 0;
    if (kl_weight) {
      for (let i = 0; i < BATCH; i++) {
        const [mean, variance] = [code[2 * i], deviations[i] ** 2];
        kl_divergence += (0.5 * (mean ** 2 + variance - 1 - code[2 * i + 1])) / BATCH;
        slopes[2 * i] = atZ[i] + (kl_weight * mean) / BATCH;
        slopes[2 * i + 1] = 0.5 * (atZ[i] * noise[i] * deviations[i] + (kl_weight * (variance - 1)) / BATCH);
      }
    } else for (let i = 0; i < BATCH; i++) slopes[2 * i] = atZ[i];
    encoder.backward(encoded, slopes);
    encoder.accumulate(encoded);
    return { error, kl_divergence };
  }
}

/** An autoencoder and what is shown of it, beside the GAN of scene.js. */
export class AutoencoderScene {
  /** @param {Target} target @param {number} kl_weight @param {number} seed of the networks and of the batches */
  constructor(target, kl_weight, seed) {
    this.target = target;
    this.real = samplePoints(target, REAL, createRandom(2));
    this.step = new AutoencoderStep(createRandom(seed), kl_weight);
    this.copied = this.step.encoder.createPass(REAL);
    this.copies = this.step.decoder.createPass(REAL);
    this.forged = this.step.decoder.createPass(SHOWN);
    this.copied.x[0].set(this.real);
    const fixed = createRandom(1);
    this.forged.x[0].set(Float32Array.from({ length: SHOWN }, () => fixed.normal()));
  }

  /** @returns {number} steps made so far */
  get steps() {
    return this.step.steps;
  }

  advance() {
    this.step.run(this.target);
  }

  /** @returns {Float32Array} copies of the real points on the canvas, of their most probable z, [REAL · 2] */
  copyAll() {
    const code = this.step.encoder.forward(this.copied);
    this.copies.x[0].set(this.copies.x[0].map((_, i) => code[2 * i]));
    return this.step.decoder.forward(this.copies);
  }

  /** @returns {Float32Array} points of random z, drawn from N(0, 1), [SHOWN · 2] */
  forge() {
    return this.step.decoder.forward(this.forged);
  }

  /** Real points, a line from each to its copy, and forgeries. @param {Drawing} drawing @param {Colours} colours */
  draw(drawing, colours) {
    drawing.clear();
    drawing.drawPoints(this.real, colours.real, 1.6, 0.8);
    drawing.drawLines(this.real, this.copyAll(), colours.ink);
    drawing.drawPoints(this.forge(), colours.forged, 2.6, 0.95);
  }
}
