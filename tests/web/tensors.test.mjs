// What may lie in place of a model's file.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readTensors, writeTensors } from "../../gan/web/engine/tensors.js";

const bytes = (text) => new TextEncoder().encode(text).buffer;

test("what is written is read", () => {
  const arrays = { a: { shape: [2], values: Float32Array.of(1, -2) } };
  const read = readTensors(writeTensors(arrays, { step: "5" }).buffer);
  assert.deepEqual(read, { metadata: { step: "5" }, arrays });
});

test("a Git LFS pointer in place of a file is said", () => {
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
  assert.throws(() => readTensors(bytes(pointer)), /^Error: a Git LFS pointer .* “git lfs pull”$/);
});

test("what is no safetensors file is said in one line", () => {
  for (const text of ["", "<!doctype html><title>404</title>", "\x08\0\0\0\0\0\0\0{broken}"])
    assert.throws(() => readTensors(bytes(text)), /^Error: what the server sent is no safetensors file/);
});
