// Model files of earlier versions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arraysNow, configNow } from "../../gan/web/engine/older_files.js";

const array = { shape: [1], values: Float32Array.of(1) };

test("the latent map of an older file is found", () => {
  const arrays = { "survey/directions": array, "survey/places": array, "generator/Dense_0/kernel": array };
  const found = ["generator/Dense_0/kernel", "latent_map/directions", "latent_map/positions"];
  assert.deepEqual(Object.keys(arraysNow(arrays)).sort(), found);
});

test("the networks of an older file are described as they are now", () => {
  const old = { z_dim: 8, hidden: 10, sharpness: 5, uniform: true, spread: 1.1, leak: 0.2 };
  const now = {
    size: 28,
    z_dim: 8,
    latent_classes: 10,
    latent_class_inverse_temperature: 5,
    latent_prior: "uniform",
    sampling_scale: 1.1,
    sampling_contrast: 1,
    sampling_class_offsets: [],
    negative_slope: 0.2,
  };
  assert.deepEqual(configNow(old), now);
  assert.equal(configNow({ uniform: false }).latent_prior, "normal");
});

test("a file of now is left as it is", () => {
  const config = {
    size: 64,
    sampling_contrast: 1.1,
    sampling_class_offsets: [0.5, -0.5],
    latent_prior: "normal",
    latent_classes: 2,
    discriminator_hidden: 16,
  };
  assert.deepEqual(configNow(config), config);
  assert.deepEqual(Object.keys(arraysNow({ "latent_map/scores": array })), ["latent_map/scores"]);
});
