// The generator of gan/networks/networks.py, forwards and backwards. A *row* is what its first layer is given: a z with,
// of a conditional network, the shares of the classes.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { ModelConfig, Tensors } from "./types.js" */

import { softmax, softmaxSlopes, uniform, uniformSlope } from "./latents.js";
import { activateBack, BATCH, dense, keepBias, kernelOf, NO_BIAS, SIDES, Strided } from "./layers.js";

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
    const [one, two] = ["Conv_0", "Conv_1"].map((layer, i) => {
      const kernel = kernelOf(arrays, `generator/${layer}`);
      const [size, , narrow, wide] = kernel.shape;
      const strided = new Strided(machine, SIDES[i], size, wide, narrow, swapLastAxes(kernel), BATCH);
      return { strided, bias: keepBias(machine, arrays, `generator/${layer}`) };
    });
    this.one = one;
    this.two = two;
    this.inputs = config.z_dim + config.classes; // numbers in a row
    // Where the results of the layers are.
    this.x = machine.reserve(BATCH * this.inputs);
    this.mapped = this.mapping.map((layer) => layer.product.room(BATCH));
    this.joined = this.mapping.length ? machine.reserve(BATCH * this.first.depth) : this.x;
    this.narrow = this.first.product.room(BATCH); // [BATCH, 7, 7, first channels]
    this.middle = machine.reserve(BATCH * 14 * 14 * config.generator_channels[1]);
    this.wide = machine.reserve(BATCH * 28 * 28 * config.channels);
    this.slopes = machine.reserve(BATCH * 28 * 28 * config.channels); // at the pictures: `back` reads them here
    /** @type {Float32Array[]} */
    this.rows = []; // that were run last
    /** @type {ReturnType<Generator["reserveSlopes"]> | null} */
    this.slopeRooms = null; // once `back` is used
  }

  /**
   * @param {Float32Array[]} rows at most BATCH
   * @returns {Offset} of the pictures before the tanh, [rows.length, 28, 28, channels]
   */
  run(rows) {
    this.start(rows);
    return this.finish(rows.length);
  }

  /**
   * The first features.
   * @param {Float32Array[]} rows at most BATCH
   * @returns {Offset} [rows.length, 7, 7, first channels]
   */
  start(rows) {
    const { negative_slope } = this.config;
    const batch = rows.length;
    this.rows = rows;
    rows.forEach((row, i) => {
      this.machine.floats.set(this.applyPrior(row), this.x + i * this.inputs);
    });
    this.mapping.forEach((layer, i) => {
      layer.run(i ? this.mapped[i - 1] : this.x, batch, negative_slope, this.mapped[i]);
    });
    if (this.mapping.length) this.join(batch);
    this.first.run(this.joined, batch, negative_slope, this.narrow);
    return this.narrow;
  }

  /**
   * A row as the first layer takes it: scaled, made uniform, the numbers that choose a class as shares of 1.
   * @param {Float32Array} row
   * @returns {Float32Array}
   */
  applyPrior(row) {
    const { latent_prior, sampling_scale, latent_classes, latent_class_inverse_temperature, z_dim } =
      this.config;
    const style = z_dim - latent_classes;
    const shares = softmax(
      row.subarray(style, z_dim).map((value) => latent_class_inverse_temperature * value),
    );
    return row.map((value, i) => {
      if (i >= style) return shares[i - style] ?? value;
      return sampling_scale * (latent_prior === "uniform" ? uniform(value) : value);
    });
  }

  /**
   * `applyPrior` backwards, in place.
   * @param {Float32Array} row
   * @param {Float32Array} slopes at what `applyPrior` made of the row
   */
  applyPriorBack(row, slopes) {
    const { latent_prior, sampling_scale, latent_classes, latent_class_inverse_temperature, z_dim } =
      this.config;
    const style = z_dim - latent_classes;
    for (let i = 0; i < style; i++) {
      slopes[i] *= sampling_scale * (latent_prior === "uniform" ? uniformSlope(row[i]) : 1);
    }
    const choice = row.subarray(style, z_dim).map((value) => latent_class_inverse_temperature * value);
    const atChoice = softmaxSlopes(choice, slopes.subarray(style, z_dim));
    slopes.set(
      atChoice.map((slope) => latent_class_inverse_temperature * slope),
      style,
    );
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
   * The rest of the way, from the first features at `this.narrow`.
   * @param {number} batch
   * @returns {Offset} of the pictures before the tanh, [batch, 28, 28, channels]
   */
  finish(batch) {
    const { one, two } = this;
    const { negative_slope } = this.config;
    one.strided.up(this.narrow, batch, one.bias, negative_slope, this.middle);
    two.strided.up(this.middle, batch, two.bias, 1, this.wide);
    return this.wide;
  }

  reserveSlopes() {
    return {
      middle: this.two.strided.room(),
      narrow: this.one.strided.room(),
      joined: this.first.backRoom(BATCH),
      mapped: this.mapping.map((layer) => layer.product.room(BATCH)), // after each layer of the mapping
      rows: this.mapping.map((layer) => layer.backRoom(BATCH)), // before it
    };
  }

  /**
   * Backwards, from the slopes at the pictures, which the caller has put at `this.slopes`.
   * @param {number} batch
   * @returns {Float32Array} slopes at the rows that were run last, [batch · inputs]
   */
  back(batch) {
    const { machine, one, two, first, inputs } = this;
    const { negative_slope, generator_channels } = this.config;
    this.slopeRooms ??= this.reserveSlopes();
    const { middle, narrow, joined } = this.slopeRooms;
    two.strided.down(this.slopes, batch, NO_BIAS, 1, middle);
    activateBack(machine, middle, this.middle, batch * 14 * 14 * generator_channels[1], negative_slope);
    one.strided.down(middle, batch, NO_BIAS, 1, narrow);
    activateBack(machine, narrow, this.narrow, batch * 7 * 7 * generator_channels[0], negative_slope);
    first.back(narrow, batch, joined);
    const slopes = this.mapping.length
      ? this.joinBack(batch, this.slopeRooms)
      : machine.floats.slice(joined, joined + batch * inputs);
    this.rows.forEach((row, i) => {
      this.applyPriorBack(row, slopes.subarray(i * inputs, (i + 1) * inputs));
    });
    return slopes;
  }

  /**
   * `join` and the mapping backwards: what came beside the mapping, and what came through it.
   * @param {number} batch
   * @param {ReturnType<Generator["reserveSlopes"]>} rooms
   * @returns {Float32Array} [batch · inputs]
   */
  joinBack(batch, rooms) {
    const { machine, inputs, mapping } = this;
    const { negative_slope } = this.config;
    const last = mapping.length - 1;
    const slopes = new Float32Array(batch * inputs);
    for (let i = 0; i < batch; i++) {
      const joined = rooms.joined + i * this.first.depth;
      slopes.set(machine.floats.subarray(joined, joined + inputs), i * inputs);
      const mapped = rooms.mapped[last] + i * mapping[last].width;
      machine.floats.copyWithin(mapped, joined + inputs, joined + this.first.depth);
    }
    for (let i = last; i >= 0; i--) {
      const { depth, width } = mapping[i];
      activateBack(machine, rooms.mapped[i], this.mapped[i], batch * width, negative_slope);
      mapping[i].back(rooms.mapped[i], batch, rooms.rows[i]);
      if (i) machine.floats.copyWithin(rooms.mapped[i - 1], rooms.rows[i], rooms.rows[i] + batch * depth);
    }
    return slopes.map((slope, i) => slope + machine.floats[rooms.rows[0] + i]);
  }
}
