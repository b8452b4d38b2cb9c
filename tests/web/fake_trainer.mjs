// What a run needs to be tested without its real train step: a trainer of one weight a network, and Python's description.

import { readFileSync } from "node:fs";
import { Diverged } from "../../gan/web/training/trainer.js";

const rules = readFileSync(new URL("../../gan/live/diagnosis.json", import.meta.url), "utf8");
const model = { z_dim: 2, classes: 0, channels: 1, latent_classes: 0 };
const train = {
  loss: "non-saturating",
  batch_size: 4,
  generator_lr: 0.002,
  discriminator_lr: 0.003,
  r1_gamma: 10,
  r2_gamma: 0,
  gp_weight: 0,
  weight_clip: 0,
  final_gamma_fraction: 1,
};

/** As gan/live/description.py makes it, of a smaller world. */
export const description = {
  ranges: {
    generator_lr: [0, 0.05],
    discriminator_lr: [0, 0.05],
    r1_gamma: [0, 100],
    label_smoothing: [0, 0.5],
  },
  failures: { frozen: { loss: "non-saturating", change: { discriminator_lr: 0 } } },
  recipes: { fast: { name: "fast", model, train }, autoencoder: { name: "autoencoder", model, train } },
  losses: {
    all: ["non-saturating", "hinge", "wasserstein", "wasserstein-gp"],
    bce: ["non-saturating"],
    gp: ["wasserstein-gp"],
  },
  diagnosis: JSON.parse(rules),
};

export const dataset = {
  images: new Uint8Array(64 * 784),
  labels: Uint8Array.from({ length: 64 }, (_, i) => i % 10),
  class_names: [..."0123456789"],
  channels: 1,
};

const PLACES = {
  generator: ["generator/params", "generator_opt/0/mu", "generator_opt/0/nu", "generator_ema/params"],
  discriminator: ["discriminator/params", "discriminator_opt/0/mu", "discriminator_opt/0/nu"],
};
export const TOO_FAST = 0.05; // a learning rate of G with which the losses are no numbers any more

/** Each step adds a network's learning rate to all that it has. */
export class FakeTrainer {
  static open = 0; // trainers that are not closed yet
  isClosed = false;
  workers = 2;
  steps = []; // the numbers that each step was taken with

  static async start({ recipe, dataset, seed, state }) {
    const trainer = new FakeTrainer();
    Object.assign(trainer, { recipe, dataset, seed, hyper: recipe.train, step: 0, arrays: {} });
    for (const place of Object.values(PLACES).flat()) {
      trainer.arrays[`${place}/w`] = { shape: [1], values: new Float32Array(1) };
    }
    for (const network of ["generator", "discriminator"]) {
      trainer.arrays[`${network}_opt/0/count`] = { shape: [], values: new Float32Array(1) };
    }
    if (state) await trainer.setState(state);
    FakeTrainer.open++;
    return trainer;
  }

  async advance() {
    if (this.isClosed) throw new Error("it is closed");
    await null;
    this.step++;
    this.steps.push(this.hyper);
    for (const [network, places] of Object.entries(PLACES)) {
      for (const place of places) this.arrays[`${place}/w`].values[0] += this.hyper[`${network}_lr`];
      this.arrays[`${network}_opt/0/count`].values[0]++;
    }
    if (this.hyper.generator_lr === TOO_FAST) throw new Diverged("not a number any more");
    return {
      discriminator_loss: 1,
      generator_loss: 1,
      penalty: 0.1,
      real_score: 0.5,
      fake_score: 0.5,
      discriminator_gradient: 1,
      generator_gradient: 1,
    };
  }

  sample(network, z) {
    return new Uint8Array((z.length / this.recipe.model.z_dim) * 784).fill(network === "generator" ? 1 : 2);
  }

  logits(pictures) {
    return new Float32Array(pictures.length / 784).fill(0.5);
  }

  copies(pictures) {
    return this.recipe.name === "autoencoder" ? pictures.slice() : new Uint8Array();
  }

  state() {
    const arrays = Object.entries(this.arrays).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.slice() },
    ]);
    return { step: this.step, seed: this.seed, arrays: Object.fromEntries(arrays) };
  }

  async setState({ step, seed, arrays }) {
    const copies = structuredClone(arrays);
    Object.assign(this, { step, seed, arrays: copies });
  }

  close() {
    if (!this.isClosed) FakeTrainer.open--;
    this.isClosed = true;
  }
}

/** A clock that goes on by a tenth of a second each time it is read. */
export function ticking() {
  let seconds = 0;
  return () => {
    seconds += 0.1;
    return seconds;
  };
}
