// The stages that follow from a picture's size, as tests/test_config.py has them in Python.

import assert from "node:assert/strict";
import { test } from "node:test";
import { mapSides, shapeOf } from "../../gan/web/engine/stages.js";
import { forSize } from "../../gan/web/training/recipe.js";

const FAST = { generator_channels: [64, 32], generator_kernels: [4, 4], discriminator_channels: [16, 32] };

test("the maps of each size double until they are the picture", () => {
  assert.deepEqual(mapSides(28), [7, 14]);
  assert.deepEqual(mapSides(32), [8, 16]);
  assert.deepEqual(mapSides(64), [8, 16, 32]);
  assert.deepEqual(mapSides(undefined), [7, 14], "older files say nothing of the size");
  assert.throws(() => mapSides(48), /48 pixels; the networks make 28, 32, 64/);
});

test("a recipe gets the stages of another size, and its own back", () => {
  const large = forSize(FAST, 64);
  assert.deepEqual(large.generator_channels, [64, 32, 16]);
  assert.deepEqual(large.discriminator_channels, [8, 16, 32]);
  assert.deepEqual(forSize({ ...FAST, generator_kernels: [4, 7] }, 64).generator_kernels, [4, 4, 7]);
  assert.deepEqual(forSize(large, 28), { ...FAST, size: 28 });
});

test("the length of a picture tells its shape", () => {
  for (const size of [28, 32, 64])
    for (const channels of [1, 3]) assert.deepEqual(shapeOf(size * size * channels), { size, channels });
  assert.throws(() => shapeOf(783), /783 numbers are no picture/);
});
