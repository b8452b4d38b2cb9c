// A small variational autoencoder (arXiv 1312.6114), which the GAN races against: gan/training/vae.py. Its decoder is the
// generator. Where a GAN has a discriminator, it has an encoder of the same layers.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Address } from "../engine/kernels.js" */
/** @import { Batch } from "./batch.js" */
/** @import { Hyperparams, Model, Recipe } from "./recipe.js" */
/** @import { Metrics, Sum } from "./step.js" */

import { pictureLength } from "../engine/stages.js";
import { Generator } from "./generator.js";
import { initializeAutoencoder } from "./initialize.js";
import { convolutions, Dense } from "./layers.js";
import { Parameters } from "./parameters.js";
import { emaDecay } from "./schedules.js";

const EPSILON = 1e-6; // tanh reaches ±1, and the logarithm of 0 is infinite

/** Maps a picture to the normal distribution of the z that it may have come from. */
class Encoder {
  /**
   * @param {Machine} machine
   * @param {Model} config
   * @param {number} batch at most so many pictures at once: a multiple of 4
   */
  constructor(machine, config, batch) {
    const { discriminator_hidden: hidden, z_dim } = config;
    this.machine = machine;
    this.slope = config.negative_slope;
    this.parameters = new Parameters(machine);
    const stages = convolutions(machine, this.parameters, config);
    const units = stages[stages.length - 1].outputs;
    this.layers = [
      ...stages,
      new Dense(machine, this.parameters, "Dense_0", units, hidden),
      new Dense(machine, this.parameters, "Dense_1", hidden, 2 * z_dim),
    ];
    this.parameters.reserve(false);
    const room = (/** @type {number} */ numbers) => 4 * machine.reserve((batch + 4) * numbers);
    this.x = room(pictureLength(config));
    this.y = this.layers.map((layer) => room(layer.outputs));
    this.u = this.layers.map((layer) => room(layer.outputs)); // the gradient at each layer before its activation
  }

  /** Means, and behind them logarithms of variances: [batch, outputs]. @returns {Address} */
  get result() {
    return this.y[this.y.length - 1];
  }

  /** Numbers of a row of the result, padding included. */
  get outputs() {
    return this.layers[this.layers.length - 1].outputs;
  }

  /** @param {number} count a multiple of 4 */
  forward(count) {
    this.layers.forEach((layer, i) => {
      layer.forward(i ? this.y[i - 1] : this.x, this.y[i], count);
      const rows = (count * layer.outputs) / layer.channels;
      const slope = i < this.layers.length - 1 ? this.slope : 1;
      const bias = this.parameters.address(layer.bias);
      this.machine.kernels.leaky_relu(this.y[i], bias, rows, 4 * layer.channels, slope);
    });
  }

  /** The gradients of all weights, from the gradient at the result, in the last of `this.u`. @param {number} count */
  backward(count) {
    const { kernels } = this.machine;
    const { parameters, layers, u, y } = this;
    kernels.fill_zero(parameters.starts.gradients, parameters.size);
    for (let i = layers.length - 1; i >= 0; i--) {
      const layer = layers[i];
      if (i < layers.length - 1) kernels.leaky_relu_back(u[i], y[i], 4 * count * layer.outputs, this.slope);
      layer.accumulate(i ? y[i - 1] : this.x, u[i], count);
      const bias = parameters.address(layer.bias, "gradients");
      kernels.add_rows(bias, u[i], (count * layer.outputs) / layer.channels, 4 * layer.channels, 1);
      if (i) layer.backward(u[i], u[i - 1], count);
    }
  }

  transpose() {
    for (const layer of this.layers) layer.transpose();
  }
}

/** The step of an autoencoder, with the members of `Step`: the encoder stands where D would be. */
export class Autoencoder {
  /**
   * @param {Machine} machine
   * @param {Recipe} recipe
   * @param {number} largestShare examples of a batch that this worker takes at most: a multiple of 4
   */
  constructor(machine, recipe, largestShare) {
    this.machine = machine;
    this.recipe = recipe;
    this.share = largestShare;
    this.largestShare = largestShare;
    this.batchSize = recipe.train.batch_size;
    this.generator = new Generator(machine, recipe.model, largestShare);
    this.discriminator = new Encoder(machine, recipe.model, largestShare);
  }

  /** @param {number} seed */
  initialize(seed) {
    const { generator, discriminator } = this;
    initializeAutoencoder(generator.parameters, discriminator.parameters, this.recipe.model, seed);
    generator.parameters.view("ema").set(generator.parameters.view("weights"));
    this.transpose();
  }

  transpose() {
    this.generator.transpose();
    this.discriminator.transpose();
  }

  /**
   * Takes a step. Of its metrics, `discriminator_loss` is the cross-entropy of a reproduced picture and `generator_loss` the
   * KL divergence of z from N(0, 1), in nats.
   * @param {Batch} batch whose z are the noise
   * @param {Hyperparams} hyper
   * @param {number} step
   * @param {Sum} sum
   * @returns {Promise<Metrics>}
   */
  async run({ real, z: noise }, hyper, step, sum) {
    const { generator: decoder, discriminator: encoder, share } = this;
    this.encode(real.pictures);
    const { means, logarithms } = this.latents(share);
    const deviations = logarithms.map((logarithm) => Math.exp(0.5 * logarithm));
    decoder.setInputs(
      means.map((mean, i) => mean + deviations[i] * noise[i]),
      real.labels,
    );
    decoder.forward(share);
    const error = this.errorOfPixels();
    decoder.backward(share);
    decoder.backwardToInputs(share);
    const divergence = this.setGradientAtLatents(means, logarithms, deviations, noise);
    encoder.backward(share);
    encoder.parameters.metrics.set([error, 0, 0, 0]);
    decoder.parameters.metrics.set([divergence, 0, 0, 0]);
    await sum(encoder.parameters);
    await sum(decoder.parameters);
    const [discriminator_loss] = encoder.parameters.metrics;
    const [generator_loss] = decoder.parameters.metrics;
    const losses = { discriminator_loss, generator_loss, penalty: 0, real_score: 0, fake_score: 0 };
    const discriminator_gradient = encoder.parameters.gradientNorm();
    const generator_gradient = decoder.parameters.gradientNorm();
    for (const { parameters } of [decoder, encoder]) parameters.update(hyper.generator_lr, hyper);
    decoder.parameters.average(emaDecay(hyper.ema_decay, step));
    this.transpose();
    return { ...losses, discriminator_gradient, generator_gradient };
  }

  /** @param {Uint8Array} pictures 0…255, of this share or fewer */
  encode(pictures) {
    const { floats } = this.machine;
    const x = this.discriminator.x >> 2;
    for (let i = 0; i < pictures.length; i++) floats[x + i] = pictures[i] / 127.5 - 1;
    this.discriminator.forward((pictures.length / this.generator.pictureSize + 3) & ~3);
  }

  /** What the encoder has made. @param {number} count @returns {Record<"means" | "logarithms", Float32Array>} [count · z_dim] */
  latents(count) {
    const { floats } = this.machine;
    const { z_dim } = this.recipe.model;
    const { result, outputs } = this.discriminator;
    const part = (/** @type {number} */ from) => {
      const values = new Float32Array(count * z_dim);
      for (let i = 0; i < count; i++) {
        const row = (result >> 2) + i * outputs + from;
        values.set(floats.subarray(row, row + z_dim), i * z_dim);
      }
      return values;
    };
    return { means: part(0), logarithms: part(z_dim) };
  }

  /**
   * The cross-entropy of the copies' pixels, and its gradient at them, in `generator.atFake`. A pixel is ink or not; the
   * decoder gives the probability of ink.
   * @returns {number} in nats, of this share
   */
  errorOfPixels() {
    const { floats } = this.machine;
    const { generator, discriminator, batchSize } = this;
    const [copies, slopes, reals] = [generator.fake, generator.atFake, discriminator.x].map(
      (place) => place >> 2,
    );
    let error = 0;
    for (let i = 0; i < this.share * generator.pictureSize; i++) {
      const ink = 0.5 * (1 + floats[reals + i]);
      const probability = 0.5 * (1 + floats[copies + i]);
      error -= ink * Math.log(probability + EPSILON) + (1 - ink) * Math.log(1 - probability + EPSILON);
      const slope = (1 - ink) / (1 - probability + EPSILON) - ink / (probability + EPSILON);
      floats[slopes + i] = (0.5 * slope) / batchSize;
    }
    return error / batchSize;
  }

  /**
   * Writes the gradient at the encoder's result: what comes back through z, and that of the KL divergence.
   * @param {Float32Array} means [share · z_dim]
   * @param {Float32Array} logarithms of variances
   * @param {Float32Array} deviations
   * @param {Float32Array} noise that z was made with
   * @returns {number} the KL divergence in nats, of this share
   */
  setGradientAtLatents(means, logarithms, deviations, noise) {
    const { floats } = this.machine;
    const { generator, discriminator: encoder, batchSize } = this;
    const { z_dim } = this.recipe.model;
    let divergence = 0;
    for (let i = 0; i < means.length; i++) {
      const [example, axis] = [Math.floor(i / z_dim), i % z_dim];
      const atZ = floats[(generator.atInputs >> 2) + example * generator.first.inputs + axis];
      const variance = deviations[i] ** 2;
      const at = (encoder.u[encoder.u.length - 1] >> 2) + example * encoder.outputs + axis;
      floats[at] = atZ + means[i] / batchSize;
      floats[at + z_dim] = 0.5 * (atZ * noise[i] * deviations[i] + (variance - 1) / batchSize);
      divergence += 0.5 * (means[i] ** 2 + variance - 1 - logarithms[i]);
    }
    return divergence / batchSize;
  }

  /**
   * Latents from which pictures come back: their most probable z.
   * @param {Uint8Array} pictures 0…255, of at most a batch
   * @returns {Float32Array} [count · z_dim]
   */
  latentsOf(pictures) {
    this.encode(pictures);
    return this.latents(pictures.length / this.generator.pictureSize).means;
  }
}
