// Those that look at pictures: the discriminator of gan/networks/networks.py and the classifier of gan/evaluation/classifier.py.

import { softmax } from "./latents.js";
import { BATCH, dense, fade, keepBias, kernelOf, SIDES, Strided } from "./layers.js";
import { readTensors } from "./tensors.js";

// What the discriminator and the classifier share: two convolutions and, perhaps, hidden units.
class Trunk {
  constructor(machine, arrays, prefix, hidden, negative_slope) {
    Object.assign(this, { machine, negative_slope });
    this.strided = ["Conv_0", "Conv_1"].map((layer, i) => {
      const name = `${prefix}/${layer}`;
      const {
        shape: [size, , wide, narrow],
        values,
      } = kernelOf(arrays, name);
      const strided = new Strided(machine, SIDES[1 - i], size, wide, narrow, values, BATCH);
      return { layer: strided, bias: keepBias(machine, arrays, name), count: narrow * SIDES[1 - i] ** 2 };
    });
    this.hidden = hidden && dense(machine, arrays, hidden);
    this.x = machine.reserve(BATCH * 28 * 28 * this.strided[0].layer.wide);
    this.one = this.strided[0].layer.room();
    this.two = this.strided[1].layer.room();
    this.three = hidden ? this.hidden.product.room(BATCH) : this.two;
    this.width = hidden ? this.hidden.width : this.strided[1].count;
  }

  // pictures: uint8 [batch · 784 · channels] as low + scale · value. Returns the place of [batch, width].
  run(pictures, batch, low, scale) {
    const { floats } = this.machine;
    for (let i = 0; i < pictures.length; i++) floats[this.x + i] = low + scale * pictures[i];
    const [one, two] = this.strided;
    one.layer.down(this.x, batch, one.bias, this.negative_slope, this.one);
    two.layer.down(this.one, batch, two.bias, this.negative_slope, this.two);
    if (this.hidden) this.hidden.run(this.two, batch, this.negative_slope, this.three);
    return this.three;
  }

  // The slope at the pixels of the picture that was run last, alone, of the slope at its `width` units.
  back(slope) {
    const [one, two] = this.strided;
    this.slopes ??= [this.width, two.count, one.count, 28 * 28 * one.layer.wide].map((n) =>
      this.machine.reserve(4 * (n + 8)),
    );
    const [at3, at2, at1, at0] = this.slopes;
    this.machine.floats.set(slope, at3);
    if (this.hidden) {
      fade(this.machine, at3, this.three, this.width, this.negative_slope);
      this.hidden.back(at3, 1, at2);
    } else this.machine.floats.copyWithin(at2, at3, at3 + this.width);
    fade(this.machine, at2, this.two, two.count, this.negative_slope);
    two.layer.up(at2, 1, -1, 1, at1);
    fade(this.machine, at1, this.one, one.count, this.negative_slope);
    one.layer.up(at1, 1, -1, 1, at0);
    return this.machine.floats.slice(at0, at0 + 28 * 28 * one.layer.wide);
  }
}

export class Discriminator {
  constructor(machine, config, arrays) {
    this.machine = machine;
    const last = `discriminator/Dense_${config.discriminator_hidden ? 1 : 0}`;
    this.trunk = new Trunk(
      machine,
      arrays,
      "discriminator",
      config.discriminator_hidden && "discriminator/Dense_0",
      config.negative_slope,
    );
    this.kernel = kernelOf(arrays, last).values;
    this.bias = arrays[`${last}/bias`].values[0];
    this.isTold = config.classes > 0;
    const classes = config.classes || config.latent_classes;
    if (!classes) return;
    const { width } = this.trunk;
    const project = kernelOf(arrays, `discriminator/Dense_${config.discriminator_hidden ? 2 : 1}`).values;
    this.kernels = Array.from({ length: classes }, (_, label) => {
      return this.kernel.map((weight, i) => weight + project[label * width + i] / Math.sqrt(width));
    });
  }

  // What the logit of the last picture is made of: its slope at each unit of the trunk. Where nobody says which
  // class it is, that of the class which suits it best.
  weights(label) {
    if (!this.kernels) return this.kernel;
    if (this.isTold) return this.kernels[label];
    const sums = this.kernels.map((kernel) => this.sum(kernel));
    return this.kernels[sums.indexOf(Math.max(...sums))];
  }

  // The logit by these weights.
  sum(weights) {
    const { floats } = this.machine;
    return weights.reduce((sum, weight, i) => sum + weight * floats[this.trunk.three + i], this.bias);
  }

  logit(picture, label) {
    this.trunk.run(picture, 1, -1, 2 / 255);
    return this.sum(this.weights(label));
  }

  // Where D looks: the slope of its logit at each pixel, [784 · channels].
  slopes(picture, label) {
    this.trunk.run(picture, 1, -1, 2 / 255);
    return this.trunk.back(this.weights(label));
  }
}

// The digit classifier, the judge of gan/evaluation/classifier.py.
export class Classifier {
  constructor(machine, buffer) {
    const { arrays } = readTensors(buffer);
    this.machine = machine;
    this.trunk = new Trunk(machine, arrays, "params", "params/Dense_0", 0);
    this.last = dense(machine, arrays, "params/Dense_1");
    this.logits = this.last.product.room(BATCH);
  }

  // Ten probabilities of one picture, uint8 [784].
  read(picture) {
    this.last.run(this.trunk.run(picture, 1, 0, 1 / 255), 1, 1, this.logits);
    return softmax(this.machine.floats.slice(this.logits, this.logits + 10));
  }
}
