// The generator of gan/networks/networks.py, and the model that it is half of, made of an exported file (gan/exploring/page_model.py).

import { Discriminator } from "./judges.js";
import { BATCH, dense, fade, keepBias, kernelOf, SIDES, Strided } from "./layers.js";
import { softmax, softmaxSlopes, uniform, uniformSlope } from "./latents.js";
import { readTensors } from "./tensors.js";

// A transposed layer's kernel is [k, k, narrow, wide]; Strided wants [k, k, wide, narrow].
function swapped({ shape: [size, , narrow, wide], values }) {
  const kernel = new Float32Array(values.length);
  for (let tap = 0; tap < size * size; tap++) {
    for (let n = 0; n < narrow; n++) {
      for (let w = 0; w < wide; w++)
        kernel[(tap * wide + w) * narrow + n] = values[(tap * narrow + n) * wide + w];
    }
  }
  return kernel;
}

class Generator {
  constructor(machine, config, arrays) {
    Object.assign(this, { machine, config });
    const names = [...Array(config.mapping_layers + 1).keys()].map((i) => `generator/Dense_${i}`);
    this.denses = names.map((name) => dense(machine, arrays, name));
    this.strided = ["Conv_0", "Conv_1"].map((layer, i) => {
      const name = `generator/${layer}`;
      const {
        shape: [size, , narrow, wide],
      } = kernelOf(arrays, name);
      const kernel = swapped(kernelOf(arrays, name));
      return {
        layer: new Strided(machine, SIDES[i], size, wide, narrow, kernel, BATCH),
        bias: keepBias(machine, arrays, name),
      };
    });
    this.inputs = config.z_dim + config.classes;
    this.z = machine.reserve(BATCH * this.inputs);
    this.mapped = this.denses.slice(0, -1).map((layer) => layer.product.room(BATCH));
    this.joined = config.mapping_layers ? machine.reserve(BATCH * this.denses.at(-1).depth) : this.z;
    this.narrow = this.denses.at(-1).product.room(BATCH); // [B, 7, 7, first]
    this.middle = machine.reserve(BATCH * 14 * 14 * config.generator_channels[1]);
    this.wide = machine.reserve(BATCH * 28 * 28 * config.channels);
    this.slopes = machine.reserve(BATCH * 28 * 28 * config.channels);
  }

  // rows: each a z with, of a conditional network, the shares of the classes; at most BATCH. The tanh is
  // left to the caller. Returns the pictures' place.
  run(rows) {
    this.start(rows);
    return this.finish(rows.length);
  }

  // The first features, [rows.length, 7, 7, first].
  start(rows) {
    const { negative_slope } = this.config;
    const batch = rows.length;
    this.rows = rows;
    rows.forEach((row, i) => this.machine.floats.set(this.prepared(row), this.z + i * this.inputs));
    this.mapped.forEach((place, i) =>
      this.denses[i].run(i ? this.mapped[i - 1] : this.z, batch, negative_slope, place),
    );
    if (this.mapped.length) this.join(batch);
    this.denses.at(-1).run(this.joined, batch, negative_slope, this.narrow);
    return this.narrow;
  }

  // A row as the layers take it.
  prepared(row) {
    const {
      latent_prior,
      sampling_scale,
      latent_classes,
      latent_class_inverse_temperature: sharpness,
      z_dim,
    } = this.config;
    const style = z_dim - latent_classes;
    const shares = softmax(row.subarray(style, z_dim).map((value) => sharpness * value));
    return row.map((value, i) => {
      if (i >= style) return shares[i - style] ?? value;
      return sampling_scale * (latent_prior === "uniform" ? uniform(value) : value);
    });
  }

  // The slopes at a row, of those at what `prepared` made of it. In their place.
  unprepare(row, slopes) {
    const {
      latent_prior,
      sampling_scale,
      latent_classes,
      latent_class_inverse_temperature: sharpness,
      z_dim,
    } = this.config;
    const style = z_dim - latent_classes;
    for (let i = 0; i < style; i++)
      slopes[i] *= sampling_scale * (latent_prior === "uniform" ? uniformSlope(row[i]) : 1);
    const choice = row.subarray(style, z_dim).map((value) => sharpness * value);
    const atChoice = softmaxSlopes(choice, slopes.subarray(style, z_dim));
    slopes.set(
      atChoice.map((slope) => sharpness * slope),
      style,
    );
  }

  // The rest of the way, from the first features.
  finish(batch) {
    const { negative_slope } = this.config;
    const [one, two] = this.strided;
    one.layer.up(this.narrow, batch, one.bias, negative_slope, this.middle);
    two.layer.up(this.middle, batch, two.bias, 1, this.wide);
    return this.wide;
  }

  // The slopes at the rows that were run last, [batch · inputs], of those at the pictures, which the
  // caller has put at `this.slopes`.
  back(batch) {
    const {
      negative_slope,
      generator_channels: [first, middle],
    } = this.config;
    const { machine } = this;
    const [one, two] = this.strided;
    this.atMiddle ??= two.layer.room();
    this.atNarrow ??= one.layer.room();
    this.atJoined ??= this.denses.at(-1).backRoom(BATCH);
    two.layer.down(this.slopes, batch, -1, 1, this.atMiddle);
    fade(machine, this.atMiddle, this.middle, batch * 14 * 14 * middle, negative_slope);
    one.layer.down(this.atMiddle, batch, -1, 1, this.atNarrow);
    fade(machine, this.atNarrow, this.narrow, batch * 49 * first, negative_slope);
    this.denses.at(-1).back(this.atNarrow, batch, this.atJoined);
    const slopes = this.mapped.length
      ? this.part(batch)
      : machine.floats.slice(this.atJoined, this.atJoined + batch * this.inputs);
    this.rows.forEach((row, i) =>
      this.unprepare(row, slopes.subarray(i * this.inputs, (i + 1) * this.inputs)),
    );
    return slopes;
  }

  // As `join`, backwards: what came beside the mapping, and what came through it.
  part(batch) {
    const {
      machine,
      inputs,
      config: { negative_slope },
    } = this;
    const { depth } = this.denses.at(-1);
    const { width } = this.denses.at(-2);
    this.atMapped ??= this.denses.slice(0, -1).map((layer) => layer.product.room(BATCH));
    this.atRows ??= this.denses.slice(0, -1).map((layer) => layer.backRoom(BATCH));
    const slopes = new Float32Array(batch * inputs);
    for (let i = 0; i < batch; i++) {
      const row = this.atJoined + i * depth;
      slopes.set(machine.floats.subarray(row, row + inputs), i * inputs);
      machine.floats.copyWithin(this.atMapped.at(-1) + i * width, row + inputs, row + depth);
    }
    for (let layer = this.mapped.length - 1; layer >= 0; layer--) {
      const { depth, width } = this.denses[layer];
      fade(machine, this.atMapped[layer], this.mapped[layer], batch * width, negative_slope);
      this.denses[layer].back(this.atMapped[layer], batch, this.atRows[layer]);
      if (layer)
        machine.floats.copyWithin(
          this.atMapped[layer - 1],
          this.atRows[layer],
          this.atRows[layer] + batch * depth,
        );
    }
    return slopes.map((slope, i) => slope + machine.floats[this.atRows[0] + i]);
  }

  // Each z beside its mapping.
  join(batch) {
    const { floats } = this.machine;
    const { depth } = this.denses.at(-1);
    const { width } = this.denses.at(-2);
    for (let i = 0; i < batch; i++) {
      const row = this.joined + i * depth;
      const z = this.z + i * this.inputs;
      const mapped = this.mapped.at(-1) + i * width;
      floats.copyWithin(row, z, z + this.inputs);
      floats.copyWithin(row + this.inputs, mapped, mapped + width);
    }
  }
}

// A model of ours in the page: G, and D where it judges single pictures.
export class Model {
  constructor(machine, buffer) {
    const { about, arrays } = readTensors(buffer);
    this.config = JSON.parse(about.model);
    this.about = about;
    this.survey = { names: JSON.parse(about.names) };
    for (const name of ["directions", "logits", "places", "digits", "scores"])
      this.survey[name] = arrays[`survey/${name}`];
    this.generator = new Generator(machine, this.config, arrays);
    if (this.config.packing === 1) this.discriminator = new Discriminator(machine, this.config, arrays);
    this.machine = machine;
  }

  // Pictures, uint8 [labels.length · 784 · channels], of z [labels.length · z_dim].
  generate(z, labels) {
    const { z_dim } = this.config;
    return this.draw(
      Array.from(labels, (label, i) => this.row(z.subarray(i * z_dim, (i + 1) * z_dim), label)),
    );
  }

  // What the generator is given for a z and a class.
  row(z, label) {
    const row = new Float32Array(this.generator.inputs);
    row.set(z);
    if (this.config.classes) row[z.length + label] = 1;
    return row;
  }

  // Pictures of rows, as `row` makes them, or of what lies between two.
  draw(rows) {
    return this.inParts(rows, (part) => this.generator.run(part));
  }

  // The slopes at the z of `rows` (at most BATCH) of the mean squared error of each one's picture, in 0…1,
  // against `wanted`, uint8 [784 · channels]: [rows.length · z_dim].
  slopes(rows, wanted) {
    const {
      generator,
      config: { z_dim },
    } = this;
    const pictures = generator.run(rows);
    const { floats } = this.machine;
    const size = wanted.length;
    for (let i = 0; i < rows.length * size; i++) {
      const value = Math.tanh(floats[pictures + i]);
      floats[generator.slopes + i] = (((value + 1) / 2 - wanted[i % size] / 255) * (1 - value ** 2)) / size;
    }
    const slopes = generator.back(rows.length);
    return Float32Array.from(
      { length: rows.length * z_dim },
      (_, i) => slopes[Math.floor(i / z_dim) * generator.inputs + (i % z_dim)],
    );
  }

  // Pictures of first features, each [7 · 7 · first], as `features` gives them.
  drawFeatures(features) {
    return this.inParts(features, (part) => {
      const { machine, narrow } = this.generator;
      part.forEach((each, i) => machine.floats.set(each, narrow + i * each.length));
      return this.generator.finish(part.length);
    });
  }

  features(row) {
    const place = this.generator.start([row]);
    return this.machine.floats.slice(place, place + 49 * this.config.generator_channels[0]);
  }

  inParts(inputs, run) {
    const size = 784 * this.config.channels;
    const pictures = new Uint8Array(inputs.length * size);
    for (let start = 0; start < inputs.length; start += BATCH) {
      const part = inputs.slice(start, start + BATCH);
      const from = run(part);
      const { floats } = this.machine;
      for (let i = 0; i < part.length * size; i++) {
        pictures[start * size + i] = Math.round((Math.tanh(floats[from + i]) + 1) * 127.5);
      }
    }
    return pictures;
  }
}
