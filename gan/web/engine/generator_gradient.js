// The generator backwards: how its pictures change with z. The search for a drawing (inversion.js) follows it.

/** @import { Generator } from "./generator.js" */

import { classLogits, softmaxSlopes, uniformSlope } from "./latents.js";
import { activateBack, BATCH, NO_BIAS } from "./layers.js";

export class GeneratorGradient {
  /** @param {Generator} generator */
  constructor(generator) {
    const { machine, first, mapping, stages } = generator;
    this.generator = generator;
    // Where the slopes are, after each layer.
    this.pictures = machine.reserve(BATCH * generator.length); // before the tanh
    this.maps = stages.map(({ strided }) => strided.room()); // before each stage
    this.joined = first.backRoom(BATCH);
    this.mapped = mapping.map((layer) => layer.product.room(BATCH)); // after each layer of the mapping
    this.unmapped = mapping.map((layer) => layer.backRoom(BATCH)); // before it
  }

  /**
   * The slopes, at each z, of the mean squared error of its picture's pixels, in 0…1.
   * @param {Float32Array[]} rows at most BATCH
   * @param {ArrayLike<number>} wanted the picture that is aimed at, 0…255, [size² · channels]
   * @returns {Float32Array} [rows.length · z_dim]
   */
  slopes(rows, wanted) {
    const { generator } = this;
    const { z_dim, sampling_contrast } = generator.config;
    const pictures = generator.run(rows);
    const { floats } = generator.machine;
    const size = wanted.length;
    for (let i = 0; i < rows.length * size; i++) {
      const value = Math.tanh(sampling_contrast * floats[pictures + i]);
      const slope = sampling_contrast * (1 - value ** 2);
      floats[this.pictures + i] = (((value + 1) / 2 - wanted[i % size] / 255) * slope) / size;
    }
    const slopes = this.back(rows);
    const z = new Float32Array(rows.length * z_dim);
    rows.forEach((_, i) => {
      z.set(slopes.subarray(i * generator.inputs, i * generator.inputs + z_dim), i * z_dim);
    });
    return z;
  }

  /**
   * From the slopes at `this.pictures` back to the rows.
   * @param {Float32Array[]} rows that were run last
   * @returns {Float32Array} slopes at them, [rows.length · inputs]
   */
  back(rows) {
    const { generator, maps, joined } = this;
    const { machine, stages, first, inputs } = generator;
    const { negative_slope } = generator.config;
    const batch = rows.length;
    for (let i = stages.length - 1; i >= 0; i--) {
      const { strided } = stages[i];
      strided.down(maps[i + 1] ?? this.pictures, batch, NO_BIAS, 1, maps[i]);
      const units = batch * strided.side * strided.side * strided.narrow;
      stages[i - 1]?.residual?.back(maps[i], batch);
      activateBack(machine, maps[i], generator.made[i], units, negative_slope);
    }
    first.back(maps[0], batch, joined);
    const slopes = generator.mapping.length
      ? this.joinBack(batch)
      : machine.floats.slice(joined, joined + batch * inputs);
    rows.forEach((row, i) => {
      this.applyPriorBack(row, slopes.subarray(i * inputs, (i + 1) * inputs));
    });
    return slopes;
  }

  /**
   * `join` and the mapping backwards: what came beside the mapping, and what came through it.
   * @param {number} batch
   * @returns {Float32Array} [batch · inputs]
   */
  joinBack(batch) {
    const { generator, mapped, unmapped } = this;
    const { machine, first, inputs, mapping } = generator;
    const last = mapping.length - 1;
    const slopes = new Float32Array(batch * inputs);
    for (let i = 0; i < batch; i++) {
      const joined = this.joined + i * first.depth;
      slopes.set(machine.floats.subarray(joined, joined + inputs), i * inputs);
      const end = mapped[last] + i * mapping[last].width;
      machine.floats.copyWithin(end, joined + inputs, joined + first.depth);
    }
    for (let i = last; i >= 0; i--) {
      const { depth, width } = mapping[i];
      const { negative_slope } = generator.config;
      activateBack(machine, mapped[i], generator.mapped[i], batch * width, negative_slope);
      mapping[i].back(mapped[i], batch, unmapped[i]);
      if (i) machine.floats.copyWithin(mapped[i - 1], unmapped[i], unmapped[i] + batch * depth);
    }
    return slopes.map((slope, i) => slope + machine.floats[unmapped[0] + i]);
  }

  /**
   * `applyPrior` backwards, in place.
   * @param {Float32Array} row
   * @param {Float32Array} slopes at what `applyPrior` made of the row
   */
  applyPriorBack(row, slopes) {
    const { config } = this.generator;
    const { latent_prior, sampling_scale, latent_classes, latent_class_inverse_temperature, z_dim } = config;
    const style = z_dim - latent_classes;
    for (let i = 0; i < style; i++) {
      slopes[i] *= sampling_scale * (latent_prior === "uniform" ? uniformSlope(row[i]) : 1);
    }
    const choice = classLogits(row.subarray(style, z_dim), config, config.sampling_class_offsets);
    const atChoice = softmaxSlopes(choice, slopes.subarray(style, z_dim));
    slopes.set(
      atChoice.map((slope) => latent_class_inverse_temperature * slope),
      style,
    );
  }
}
