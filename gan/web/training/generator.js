// The generator of gan/networks/networks.py, which learns: z and class → 7×7 → 14×14 → 28×28, or
// what the stages of another size are.

/** @import { Machine } from "../engine/machine.js" */
/** @import { Address } from "../engine/kernels.js" */
/** @import { Model } from "./recipe.js" */

import { classLogits, softmax, uniform } from "../engine/latents.js";
import { mapSides, pictureLength } from "../engine/stages.js";
import { ConvTransposed, Dense } from "./layers.js";
import { Parameters } from "./parameters.js";

/** @typedef {Dense | ConvTransposed} Layer of G */

export class Generator {
  /**
   * @param {Machine} machine
   * @param {Model} config
   * @param {number} batch at most so many pictures at once: a multiple of 4
   */
  constructor(machine, config, batch) {
    const sides = mapSides(config.size);
    const channels = [...config.generator_channels, config.channels]; // of the maps, and of the pictures
    const labelClasses = config.classes || config.latent_classes;
    const style = config.z_dim - config.latent_classes;
    this.machine = machine;
    this.config = config;
    this.pictureSize = pictureLength(config);
    this.parameters = new Parameters(machine);
    this.first = new Dense(
      machine,
      this.parameters,
      "Dense_0",
      style + labelClasses,
      sides[0] ** 2 * channels[0],
    );
    this.stages = sides.map(
      (side, i) =>
        new ConvTransposed(machine, this.parameters, `Conv_${i}`, side, channels[i], channels[i + 1]),
    );
    this.parameters.reserve(true);
    // The results of the layers for a batch, and the gradients at them before their activations.
    const room = (/** @type {number} */ numbers) => 4 * machine.reserve((batch + 4) * numbers); // 4 that nobody reads
    this.inputs = room(this.first.inputs);
    const outputs = [this.first, ...this.stages].map((layer) => layer.outputs);
    this.maps = outputs.map(room); // [batch, side, side, channels] before each stage, and what the last one makes
    this.fake = this.maps[sides.length]; // [batch, size, size, channels] in −1…1
    this.atMaps = outputs.map(room);
    this.atFake = this.atMaps[sides.length];
    this.atInputs = room(this.first.inputs);
    this.lanes = 4 * machine.reserve(4 * config.channels); // four pixels of numbers, because rows are whole vectors
  }

  /** To be called after every change of the weights. The first layer has its turn where it is needed. */
  transpose() {
    for (const stage of this.stages) stage.transpose();
  }

  /**
   * Writes what the first layer takes: the style of each z, and how much of each class its picture shows.
   * @param {Float32Array} z [count · z_dim]
   * @param {ArrayLike<number>} labels [count]; unused without classes
   * @param {boolean} sampling apply the recipe's `sampling_scale` and `sampling_class_offsets`: for pictures that are
   *   shown, and not in training
   */
  setInputs(z, labels, sampling = false) {
    const { z_dim, classes, latent_classes, latent_prior } = this.config;
    const { sampling_scale = 1, sampling_class_offsets } = this.config; // older files may lack both
    const scale = sampling ? sampling_scale : 1;
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
        const offsets = sampling ? sampling_class_offsets : [];
        floats.set(softmax(classLogits(row.subarray(style), this.config, offsets)), at + style);
      }
    }
  }

  /** The fakes of the inputs. @param {number} count a multiple of 4 */
  forward(count) {
    const { stages, maps } = this;
    this.first.forward(this.inputs, maps[0], count);
    this.activate(this.first, maps[0], count);
    stages.forEach((stage, i) => {
      stage.forward(maps[i], maps[i + 1], count);
      if (i < stages.length - 1) this.activate(stage, maps[i + 1], count);
    });
    this.squash(count);
  }

  /** Adds a layer's bias, and applies LeakyReLU, in place. @param {Layer} layer @param {Address} y @param {number} count */
  activate(layer, y, count) {
    const { bias, outputs, channels } = layer;
    const rows = (count * outputs) / channels;
    const slope = this.config.negative_slope;
    this.machine.kernels.leaky_relu(y, this.parameters.address(bias), rows, 4 * channels, slope);
  }

  /** LeakyReLU backwards, in place, and the bias's gradient. @param {Layer} layer @param {number} i of its maps @param {number} count */
  activateBack(layer, i, count) {
    const { kernels } = this.machine;
    const { bias, outputs, channels } = layer;
    kernels.leaky_relu_back(this.atMaps[i], this.maps[i], 4 * count * outputs, this.config.negative_slope);
    const gradient = this.parameters.address(bias, "gradients");
    kernels.add_rows(gradient, this.atMaps[i], (count * outputs) / channels, 4 * channels, 1);
  }

  /** Adds the last bias, and applies tanh. @param {number} count */
  squash(count) {
    const { floats, kernels } = this.machine;
    const { channels } = this.config;
    const bias = this.parameters.address(this.stages[this.stages.length - 1].bias) >> 2;
    for (let i = 0; i < 4 * channels; i++) floats[(this.lanes >> 2) + i] = floats[bias + (i % channels)];
    kernels.tanh(this.fake, this.lanes, (count * this.pictureSize) / (4 * channels), 16 * channels);
  }

  /**
   * The gradients of all weights, from the gradient at the fakes, which is in `atFake` and is overwritten.
   * @param {number} count pictures that the last `forward` made
   */
  backward(count) {
    const { first, stages, parameters, maps, atMaps } = this;
    this.machine.kernels.fill_zero(parameters.starts.gradients, parameters.size);
    this.squashBack(count);
    for (let i = stages.length - 1; i >= 0; i--) {
      stages[i].accumulateAndBackward(maps[i], atMaps[i + 1], atMaps[i], count);
      this.activateBack(i ? stages[i - 1] : first, i, count);
    }
    first.accumulate(this.inputs, atMaps[0], count);
  }

  /** The gradient at the inputs, in `atInputs`, after `backward`. @param {number} count */
  backwardToInputs(count) {
    this.first.transpose();
    this.first.backward(this.atMaps[0], this.atInputs, count);
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
    const bias = this.parameters.address(this.stages[this.stages.length - 1].bias, "gradients") >> 2;
    for (let i = 0; i < 4 * channels; i++) floats[bias + (i % channels)] += floats[(this.lanes >> 2) + i];
  }
}
