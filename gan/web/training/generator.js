// The generator of gan/networks/networks.py, which learns: z and class → 7×7 → 14×14 → 28×28.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Address } from "../engine/kernels.js" */
/** @import { Model } from "./recipe.js" */

import { softmax, uniform } from "../engine/latents.js";
import { ConvTransposed, Dense } from "./layers.js";
import { Parameters } from "./parameters.js";

export class Generator {
  /**
   * @param {Machine} machine
   * @param {Model} config
   * @param {number} batch at most so many pictures at once: a multiple of 4
   */
  constructor(machine, config, batch) {
    const [first, second] = config.generator_channels;
    const labelClasses = config.classes || config.latent_classes;
    const style = config.z_dim - config.latent_classes;
    this.machine = machine;
    this.config = config;
    this.pictureSize = 28 * 28 * config.channels;
    this.parameters = new Parameters(machine);
    this.first = new Dense(machine, this.parameters, "Dense_0", style + labelClasses, 7 * 7 * first);
    this.second = new ConvTransposed(machine, this.parameters, "Conv_0", 7, first, second);
    this.last = new ConvTransposed(machine, this.parameters, "Conv_1", 14, second, config.channels);
    this.parameters.reserve(true);
    // The results of the layers for a batch, and the gradients at them before their activations.
    const room = (/** @type {number} */ numbers) => 4 * machine.reserve((batch + 4) * numbers); // 4 that nobody reads
    this.inputs = room(this.first.inputs);
    this.narrow = room(this.first.outputs); // [batch, 7, 7, first]
    this.middle = room(this.second.outputs); // [batch, 14, 14, second]
    this.fake = room(this.pictureSize); // [batch, 28, 28, channels] in −1…1
    this.atNarrow = room(this.first.outputs);
    this.atMiddle = room(this.second.outputs);
    this.atFake = room(this.pictureSize);
    this.atInputs = room(this.first.inputs);
    this.lanes = 4 * machine.reserve(4 * config.channels); // four pixels of numbers, because rows are whole vectors
  }

  /** To be called after every change of the weights. The first layer has its turn where it is needed. */
  transpose() {
    this.second.transpose();
    this.last.transpose();
  }

  /**
   * Writes what the first layer takes: the style of each z, and how much of each class its picture shows.
   * @param {Float32Array} z [count · z_dim]
   * @param {ArrayLike<number>} labels [count]; unused without classes
   * @param {number} scale a factor of the style: ModelConfig.sampling_scale for pictures that are shown, 1 in training
   */
  setInputs(z, labels, scale = 1) {
    const { z_dim, classes, latent_classes, latent_prior, latent_class_inverse_temperature } = this.config;
    const { floats } = this.machine;
    const style = z_dim - latent_classes;
    const width = this.first.inputs;
    for (let i = 0; i * z_dim < z.length; i++) {
      const at = (this.inputs >> 2) + i * width;
      const row = z.subarray(i * z_dim, (i + 1) * z_dim);
      floats.fill(0, at, at + width);
      for (let j = 0; j < style; j++) {
        floats[at + j] = scale * (latent_prior === "uniform" ? uniform(row[j]) : row[j]);
      }
      if (classes) floats[at + style + labels[i]] = 1;
      if (latent_classes) {
        const scores = row.subarray(style).map((score) => latent_class_inverse_temperature * score);
        floats.set(softmax(scores), at + style);
      }
    }
  }

  /** The fakes of the inputs. @param {number} count a multiple of 4 */
  forward(count) {
    const { kernels } = this.machine;
    const { first, second, last, parameters } = this;
    const slope = this.config.negative_slope;
    first.forward(this.inputs, this.narrow, count);
    kernels.leaky_relu(this.narrow, parameters.address(first.bias), count, 4 * first.outputs, slope);
    second.forward(this.narrow, this.middle, count);
    const pixels = (count * second.outputs) / second.channels;
    kernels.leaky_relu(this.middle, parameters.address(second.bias), pixels, 4 * second.channels, slope);
    last.forward(this.middle, this.fake, count);
    this.squash(count);
  }

  /** Adds the last bias, and applies tanh. @param {number} count */
  squash(count) {
    const { floats, kernels } = this.machine;
    const { channels } = this.config;
    const bias = this.parameters.address(this.last.bias) >> 2;
    for (let i = 0; i < 4 * channels; i++) floats[(this.lanes >> 2) + i] = floats[bias + (i % channels)];
    kernels.tanh(this.fake, this.lanes, (count * this.pictureSize) / (4 * channels), 16 * channels);
  }

  /**
   * The gradients of all weights, from the gradient at the fakes, which is in `atFake` and is overwritten.
   * @param {number} count pictures that the last `forward` made
   */
  backward(count) {
    const { kernels } = this.machine;
    const { first, second, last, parameters } = this;
    const slope = this.config.negative_slope;
    kernels.fill_zero(parameters.starts.gradients, parameters.size);
    this.squashBack(count);
    last.accumulateAndBackward(this.middle, this.atFake, this.atMiddle, count);
    kernels.leaky_relu_back(this.atMiddle, this.middle, 4 * count * second.outputs, slope);
    const pixels = (count * second.outputs) / second.channels;
    kernels.add_rows(
      parameters.address(second.bias, "gradients"),
      this.atMiddle,
      pixels,
      4 * second.channels,
      1,
    );
    second.accumulateAndBackward(this.narrow, this.atMiddle, this.atNarrow, count);
    kernels.leaky_relu_back(this.atNarrow, this.narrow, 4 * count * first.outputs, slope);
    kernels.add_rows(parameters.address(first.bias, "gradients"), this.atNarrow, count, 4 * first.outputs, 1);
    first.accumulate(this.inputs, this.atNarrow, count);
  }

  /** The gradient at the inputs, in `atInputs`, after `backward`. @param {number} count */
  backwardToInputs(count) {
    this.first.transpose();
    this.first.backward(this.atNarrow, this.atInputs, count);
  }

  /** tanh backwards, and the last bias's gradient. @param {number} count */
  squashBack(count) {
    const { floats, kernels } = this.machine;
    const { channels } = this.config;
    const fake = this.fake >> 2;
    const slopes = this.atFake >> 2;
    for (let i = 0; i < count * this.pictureSize; i++) floats[slopes + i] *= 1 - floats[fake + i] ** 2;
    kernels.fill_zero(this.lanes, 16 * channels);
    kernels.add_rows(this.lanes, this.atFake, (count * this.pictureSize) / (4 * channels), 16 * channels, 1);
    const bias = this.parameters.address(this.last.bias, "gradients") >> 2;
    for (let i = 0; i < 4 * channels; i++) floats[bias + (i % channels)] += floats[(this.lanes >> 2) + i];
  }
}
