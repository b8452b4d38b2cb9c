// The trainer of the page with its real networks, small ones, in one Worker.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Diverged, Trainer } from "../../gan/web/training/trainer.js";

const kernels = readFileSync(new URL("../../gan/web/engine/kernels.wasm", import.meta.url));
const program = await WebAssembly.compile(kernels);

const recipe = {
  name: "small",
  model: {
    z_dim: 5, // with ten classes these are 15 numbers, and so a row that is padded
    classes: 10,
    latent_classes: 0,
    latent_class_inverse_temperature: 1,
    size: 28,
    channels: 1,
    latent_prior: "normal",
    mapping_layers: 0,
    generator_channels: [8, 8],
    generator_kernels: [4, 4],
    batch_norm: false,
    discriminator_channels: [8, 8],
    discriminator_hidden: 8,
    dropout: 0,
    spectral_norm: false,
    packing: 1,
    negative_slope: 0.2,
    initializer: "he",
  },
  train: {
    loss: "non-saturating",
    batch_size: 4,
    generator_lr: 0.002,
    discriminator_lr: 0.002,
    beta1: 0.5,
    beta2: 0.99,
    r1_gamma: 10,
    ema_decay: 0.99,
  },
};
const dataset = {
  images: Uint8Array.from({ length: 20 * 784 }, (_, i) => (i * 37) % 256),
  labels: Uint8Array.from({ length: 20 }, (_, i) => i % 10),
  class_names: [..."0123456789"],
  channels: 1,
};

const begin = () => Trainer.start({ recipe, dataset, seed: 1, program, workers: 1 });

test("after numbers that are none, a run that goes back takes the steps that it took before", async () => {
  const trainer = await begin();
  const start = trainer.state();
  const wanted = await trainer.advance();
  const { hyper } = trainer;
  trainer.hyper = { ...hyper, generator_lr: 1e30, discriminator_lr: 1e30 };
  await assert.rejects(async () => {
    for (let step = 0; step < 20; step++) await trainer.advance();
  }, Diverged);
  trainer.hyper = hyper;
  await trainer.setState(start);
  assert.deepEqual(await trainer.advance(), wanted);
});
