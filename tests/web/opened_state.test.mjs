// A saved training state that is opened in the page: what is read of it, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";

import { writeTensors } from "../../gan/web/engine/tensors.js";
import { stateFile } from "../../gan/web/training/files.js";
import { readOpening, readState, refuseOtherPictures } from "../../gan/web/training/opened_state.js";
import { dataset, description as small } from "./fake_trainer.mjs";

const model = {
  ...small.recipes.fast.model,
  classes: 10,
  generator_channels: [16, 8],
  generator_kernels: [4, 4],
  discriminator_channels: [8, 16],
  discriminator_hidden: 8,
  batch_norm: false,
  dropout: 0,
  spectral_norm: false,
  packing: 1,
  mapping_layers: 0,
};
const train = {
  ...small.recipes.fast.train,
  beta1: 0,
  label_smoothing: 0,
  augment: "none",
  optimizer: "adam",
};
const fast = { name: "fast", model, train };
const description = { ...small, recipes: { ...small.recipes, fast } };
const state = {
  step: 7,
  seed: 3,
  arrays: {
    "generator/params/w": { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) },
    "generator_opt/0/count": { shape: [], values: Float32Array.of(7) },
    "discriminator_opt/0/count": { shape: [], values: Float32Array.of(6) },
  },
};

/** The content of a state's file, of a recipe that differs so from the one that the page knows. */
function fileOf({ model: ofModel = {}, train: ofTrain = {} } = {}, about = {}) {
  const recipe = { name: "mine", model: { ...model, ...ofModel }, train: { ...train, ...ofTrain } };
  const origin = { recipe, dataset: "mnist", class_names: [], kind: "drawings", seconds: 1.5, workers: 1 };
  return stateFile(state, { ...origin, ...about }).buffer;
}

test("a file of the page is read as it was written", () => {
  const content = fileOf({ train: { r1_gamma: 3, loss: "hinge" } });
  const { recipe, hyper, dataset: name, seconds } = readOpening(content, description);
  assert.equal(recipe.model.classes, 10);
  assert.deepEqual([hyper.r1_gamma, hyper.generator_lr, name, seconds], [3, 0.002, "mnist", 1.5]);
  assert.deepEqual(readState(content), state);
});

test("a file without the options that came later is read too", () => {
  const { recipe } = readOpening(
    fileOf({ train: { augment: undefined, optimizer: undefined } }),
    description,
  );
  assert.equal(recipe.train.optimizer, undefined);
});

for (const [options, words] of [
  [{ model: { batch_norm: true } }, /batch_norm.*server and train.py/],
  [{ model: { dropout: 0.3 } }, /dropout/],
  [{ model: { spectral_norm: true } }, /spectral_norm/],
  [{ model: { generator_residual: true } }, /generator_residual/],
  [{ model: { discriminator_residual: true } }, /discriminator_residual/],
  [{ model: { packing: 2 } }, /packing/],
  [{ train: { optimizer: "sgd" } }, /optimizer/],
  [{ train: { loss: "of tomorrow" } }, /loss=of tomorrow/],
  [{ train: { r1_gamma: 1e6 } }, /r1_gamma 1000000: expected 0 to 100/],
  [{ train: { loss: "hinge", label_smoothing: 0.1 } }, /label_smoothing/],
  [{ model: { z_dim: 1e9 } }, /none that a page can train/],
  [{ model: { size: 29 } }, /none that a page can train/],
  [{ model: { generator_channels: "16" } }, /recipe lacks options/],
  [{ train: { beta1: undefined } }, /recipe lacks options/],
]) {
  test(`${JSON.stringify(options)} is refused in one line`, () => {
    assert.throws(
      () => readOpening(fileOf(options), description),
      ({ message }) => words.test(message) && !message.includes("\n"),
    );
  });
}

test("what is no training state is refused in one line that says what to choose", () => {
  const none = /choose a run’s state.safetensors/;
  for (const bytes of [0, 5, 100])
    assert.throws(() => readOpening(new ArrayBuffer(bytes), description), none);
  const other = writeTensors({}, { kind: "model", recipe: JSON.stringify(fast) }).buffer;
  assert.throws(() => readOpening(other, description), none);
  const broken = writeTensors({}, { kind: "state", recipe: "{" }).buffer;
  assert.throws(() => readOpening(broken, description), /damaged/);
});

test("numbers that are none, that are missing, or too few are refused", () => {
  const damaged = (arrays) =>
    stateFile(
      { ...state, arrays: { ...state.arrays, ...arrays } },
      { recipe: fast, dataset: "mnist", class_names: [], seconds: 1, workers: 1 },
    ).buffer;
  for (const values of [
    [1, 2, 3, Number.NaN],
    [1, 2, 3],
  ]) {
    const content = damaged({ "generator/params/w": { shape: [2, 2], values: Float32Array.from(values) } });
    assert.throws(() => readState(content), /damaged/);
  }
  assert.throws(() => readState(damaged({}).slice(0, -8)), /damaged/);
  assert.throws(() => readState(writeTensors({}, { kind: "state" }).buffer), /damaged/);
});

test("networks for other pictures are refused", () => {
  refuseOtherPictures(fast, dataset);
  refuseOtherPictures({ ...fast, model: { ...model, classes: 0 } }, dataset);
  const other = (/** @type {object} */ change) => () => refuseOtherPictures(fast, { ...dataset, ...change });
  assert.throws(other({ size: 32 }), /28×28.*32×32/);
  assert.throws(other({ channels: 3 }), /in grey.*in colour/);
  assert.throws(other({ class_names: ["a", "b"] }), /10 classes.*have 2/);
  assert.throws(other({ labels: null }), /10 classes.*have 0/);
});
