// A trained model in the page, made of an exported file (gan/exploring/page_model.py): G, and D where it scores single
// pictures.

/** @import { Machine, Offset } from "./machine.js" */
/** @import { LatentMap, ModelConfig } from "./types.js" */

import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { BATCH } from "./layers.js";
import { arraysNow, configNow } from "./older_files.js";
import { readTensors } from "./tensors.js";

export class Model {
  /**
   * @param {Machine} machine
   * @param {ArrayBuffer} buffer the file
   */
  constructor(machine, buffer) {
    const { metadata, arrays: read } = readTensors(buffer);
    const arrays = arraysNow(read);
    this.machine = machine;
    this.metadata = metadata;
    this.config = /** @type {ModelConfig} */ (/** @type {unknown} */ (configNow(JSON.parse(metadata.model))));
    /** @type {LatentMap} */
    this.latent_map = {
      names: JSON.parse(metadata.names),
      directions: arrays["latent_map/directions"],
      logits: arrays["latent_map/logits"],
      positions: arrays["latent_map/positions"],
      digits: arrays["latent_map/digits"],
      scores: arrays["latent_map/scores"],
    };
    this.generator = new Generator(machine, this.config, arrays);
    this.discriminator =
      this.config.packing === 1 ? new Discriminator(machine, this.config, arrays) : undefined;
  }

  /**
   * @param {Float32Array} z [labels.length · z_dim]
   * @param {number[]} labels
   * @returns {Uint8Array} pictures, [labels.length · 784 · channels]
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
    const row = new Float32Array(this.generator.inputs);
    row.set(z);
    if (this.config.classes) row[z.length + label] = 1;
    return row;
  }

  /**
   * @param {Float32Array[]} rows as `row` makes them, or what lies between two
   * @returns {Uint8Array} pictures, [rows.length · 784 · channels]
   */
  draw(rows) {
    return this.inBatches(rows, (batch) => this.generator.run(batch));
  }

  /**
   * @param {Float32Array} row
   * @returns {Float32Array} G's first features, [7 · 7 · first channels]
   */
  features(row) {
    const offset = this.generator.start([row]);
    return this.machine.floats.slice(offset, offset + 7 * 7 * this.config.generator_channels[0]);
  }

  /**
   * @param {Float32Array[]} features as `features` gives them, or what lies between two
   * @returns {Uint8Array} pictures, [features.length · 784 · channels]
   */
  drawFeatures(features) {
    return this.inBatches(features, (batch) => {
      const { machine, narrow } = this.generator;
      batch.forEach((each, i) => {
        machine.floats.set(each, narrow + i * each.length);
      });
      return this.generator.finish(batch.length);
    });
  }

  /**
   * @param {Float32Array[]} inputs
   * @param {(batch: Float32Array[]) => Offset} run gives where the pictures of at most BATCH are, before the tanh
   * @returns {Uint8Array} the pictures, [inputs.length · 784 · channels]
   */
  inBatches(inputs, run) {
    const size = 784 * this.config.channels;
    const pictures = new Uint8Array(inputs.length * size);
    for (let start = 0; start < inputs.length; start += BATCH) {
      const batch = inputs.slice(start, start + BATCH);
      const from = run(batch);
      const { floats } = this.machine;
      for (let i = 0; i < batch.length * size; i++) {
        pictures[start * size + i] = Math.round((Math.tanh(floats[from + i]) + 1) * 127.5);
      }
    }
    return pictures;
  }

  /**
   * The slopes, at each z, of the mean squared error of its picture's pixels, in 0…1.
   * @param {Float32Array[]} rows at most BATCH
   * @param {ArrayLike<number>} wanted the picture that is aimed at, 0…255, [784 · channels]
   * @returns {Float32Array} [rows.length · z_dim]
   */
  slopes(rows, wanted) {
    const { generator } = this;
    const { z_dim } = this.config;
    const pictures = generator.run(rows);
    const { floats } = this.machine;
    const size = wanted.length;
    for (let i = 0; i < rows.length * size; i++) {
      const value = Math.tanh(floats[pictures + i]);
      floats[generator.slopes + i] = (((value + 1) / 2 - wanted[i % size] / 255) * (1 - value ** 2)) / size;
    }
    const slopes = generator.back(rows.length);
    const z = new Float32Array(rows.length * z_dim);
    rows.forEach((_, i) => {
      z.set(slopes.subarray(i * generator.inputs, i * generator.inputs + z_dim), i * z_dim);
    });
    return z;
  }
}
