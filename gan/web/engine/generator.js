// The generator of gan/networks/networks.py: pictures of z. A *row* is what its first layer is given: a z with, of a
// conditional network, the shares of the classes. generator_gradient.js goes through it backwards.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { ModelConfig, Tensors } from "./types.js" */

import { classLogits, softmax, uniform } from "./latents.js";
import { BATCH, dense, keepBias, kernelOf, Strided } from "./layers.js";
import { residualOf } from "./residual.js";
import { mapSides, pictureLength } from "./stages.js";

/**
 * A transposed layer's kernel is [size, size, narrow, wide]; Strided wants [size, size, wide, narrow].
 * @param {{shape: number[], values: Float32Array}} kernel
 * @returns {Float32Array}
 */
function swapLastAxes({ shape: [size, , narrow, wide], values }) {
  const kernel = new Float32Array(values.length);
  for (let tap = 0; tap < size * size; tap++) {
    for (let n = 0; n < narrow; n++) {
      for (let w = 0; w < wide; w++)
        kernel[(tap * wide + w) * narrow + n] = values[(tap * narrow + n) * wide + w];
    }
  }
  return kernel;
}

export class Generator {
  /**
   * @param {Machine} machine
   * @param {ModelConfig} config
   * @param {Tensors} arrays
   */
  constructor(machine, config, arrays) {
    this.machine = machine;
    this.config = config;
    this.mapping = Array.from({ length: config.mapping_layers }, (_, i) =>
      dense(machine, arrays, `generator/Dense_${i}`),
    );
    this.first = dense(machine, arrays, `generator/Dense_${config.mapping_layers}`);
    this.stages = mapSides(config.size).map((side, i) => {
      const name = `generator/Conv_${i}`;
      const kernel = kernelOf(arrays, name);
      const [size, , narrow, wide] = kernel.shape;
      const strided = new Strided(machine, side, size, wide, narrow, swapLastAxes(kernel), BATCH);
      const { negative_slope } = config;
      const residual = residualOf(machine, arrays, `generator/Residual_${i}`, 2 * side, negative_slope);
      return { strided, bias: keepBias(machine, arrays, name), residual };
    });
    this.length = pictureLength(config); // numbers in a picture
    this.inputs = config.z_dim + config.classes; // numbers in a row
    // Where the results of the layers are.
    this.x = machine.reserve(BATCH * this.inputs);
    this.mapped = this.mapping.map((layer) => layer.product.room(BATCH));
    this.joined = this.mapping.length ? machine.reserve(BATCH * this.first.depth) : this.x;
    // What the first layer makes, and then each stage before its residual layer, [BATCH, side, side, channels].
    this.made = [
      this.first.product.room(BATCH),
      ...this.stages.map(({ strided: { side, wide } }) => machine.reserve(BATCH * 4 * side * side * wide)),
    ];
    // The feature maps before each stage and, last, the pictures before the tanh.
    this.maps = this.made.map((at, i) => this.stages[i - 1]?.residual?.out ?? at);
  }

  // --- Pictures ---------------------------------------------------------------------------------

  /**
   * @param {Float32Array} z [labels.length · z_dim]
   * @param {number[]} labels
   * @returns {Uint8Array} pictures, [labels.length · size² · channels]
   */
  generate(z, labels) {
    const { z_dim } = this.config;
    return this.draw(labels.map((label, i) => this.row(z.subarray(i * z_dim, (i + 1) * z_dim), label)));
  }

  /**
   * What the generator is given.
   * @param {Float32Array} z [z_dim]
   * @param {number} label
   * @returns {Float32Array} [z_dim + classes]
   */
  row(z, label) {
    const row = new Float32Array(this.inputs);
    row.set(z);
    if (this.config.classes) row[z.length + label] = 1;
    return row;
  }

  /**
   * @param {Float32Array[]} rows as `row` makes them, or what lies between two
   * @returns {Uint8Array} pictures, [rows.length · size² · channels]
   */
  draw(rows) {
    return this.inBatches(rows, (batch) => this.run(batch));
  }

  /**
   * @param {Float32Array} row
   * @returns {Float32Array} G's first feature maps, [side · side · first channels]
   */
  features(row) {
    const offset = this.start([row]);
    return this.machine.floats.slice(offset, offset + this.first.width);
  }

  /**
   * @param {Float32Array[]} features as `features` gives them, or what lies between two
   * @returns {Uint8Array} pictures, [features.length · size² · channels]
   */
  drawFeatures(features) {
    return this.inBatches(features, (batch) => {
      batch.forEach((each, i) => {
        this.machine.floats.set(each, this.maps[0] + i * each.length);
      });
      return this.finish(batch.length);
    });
  }

  /**
   * @param {Float32Array[]} inputs
   * @param {(batch: Float32Array[]) => Offset} run gives where the pictures of at most BATCH are, before the tanh
   * @returns {Uint8Array} the pictures, [inputs.length · size² · channels]
   */
  inBatches(inputs, run) {
    const { length } = this;
    const { sampling_contrast } = this.config;
    const pictures = new Uint8Array(inputs.length * length);
    for (let start = 0; start < inputs.length; start += BATCH) {
      const batch = inputs.slice(start, start + BATCH);
      const from = run(batch);
      const { floats } = this.machine;
      for (let i = 0; i < batch.length * length; i++) {
        const value = Math.tanh(sampling_contrast * floats[from + i]);
        pictures[start * length + i] = Math.round((value + 1) * 127.5);
      }
    }
    return pictures;
  }

  // --- The layers -------------------------------------------------------------------------------

  /**
   * @param {Float32Array[]} rows at most BATCH
   * @returns {Offset} of the pictures before the tanh, [rows.length, size, size, channels]
   */
  run(rows) {
    this.start(rows);
    return this.finish(rows.length);
  }

  /**
   * The first feature maps.
   * @param {Float32Array[]} rows at most BATCH
   * @returns {Offset} [rows.length, side, side, first channels]
   */
  start(rows) {
    const { negative_slope } = this.config;
    const batch = rows.length;
    rows.forEach((row, i) => {
      this.machine.floats.set(this.applyPrior(row), this.x + i * this.inputs);
    });
    this.mapping.forEach((layer, i) => {
      layer.run(i ? this.mapped[i - 1] : this.x, batch, negative_slope, this.mapped[i]);
    });
    if (this.mapping.length) this.join(batch);
    this.first.run(this.joined, batch, negative_slope, this.maps[0]);
    return this.maps[0];
  }

  /**
   * A row as the first layer takes it: scaled, made uniform, the numbers that choose a class as shares of 1.
   * @param {Float32Array} row
   * @returns {Float32Array}
   */
  applyPrior(row) {
    const { latent_prior, sampling_scale, sampling_class_offsets, latent_classes, z_dim } = this.config;
    const style = z_dim - latent_classes;
    const shares = softmax(classLogits(row.subarray(style, z_dim), this.config, sampling_class_offsets));
    return row.map((value, i) => {
      if (i >= style) return shares[i - style] ?? value;
      return sampling_scale * (latent_prior === "uniform" ? uniform(value) : value);
    });
  }

  /** Puts each row beside what the mapping made of it. @param {number} batch */
  join(batch) {
    const { floats } = this.machine;
    const { width } = this.mapping[this.mapping.length - 1];
    const mapped = this.mapped[this.mapped.length - 1];
    for (let i = 0; i < batch; i++) {
      const joined = this.joined + i * this.first.depth;
      const row = this.x + i * this.inputs;
      floats.copyWithin(joined, row, row + this.inputs);
      floats.copyWithin(joined + this.inputs, mapped + i * width, mapped + (i + 1) * width);
    }
  }

  /**
   * The rest of the way, from the first feature maps.
   * @param {number} batch
   * @returns {Offset} of the pictures before the tanh, [batch, size, size, channels]
   */
  finish(batch) {
    this.stages.forEach((_, i) => {
      this.grow(i, batch);
    });
    return this.maps[this.stages.length];
  }

  /**
   * One stage, from its maps to those of twice the size, or to the pictures before the tanh.
   * @param {number} i its number
   * @param {number} batch
   * @returns {Offset} what it made
   */
  grow(i, batch) {
    const { strided, bias, residual } = this.stages[i];
    const isLast = i === this.stages.length - 1;
    strided.up(this.maps[i], batch, bias, isLast ? 1 : this.config.negative_slope, this.made[i + 1]);
    residual?.run(this.made[i + 1], batch);
    return this.maps[i + 1];
  }
}
