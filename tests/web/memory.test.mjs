// Memory that is given back at once: by its owner, and by whoever has received it in a message.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Machine } from "../../gan/web/engine/machine.js";
import { free } from "../../gan/web/engine/memory.js";
import { takeOver } from "../../gan/web/training/transfer.js";

const MB = 2 ** 20;
const used = () => process.memoryUsage().arrayBuffers / MB;

test("arrays are freed without a collection, and once only", { timeout: 20_000 }, async () => {
  const before = used();
  const arrays = Array.from({ length: 8 }, () => new Float32Array(MB).fill(1)); // 32 MB in all
  assert.ok(used() > before + 30);
  free(...arrays, arrays[0].subarray(5)); // another view of the same memory
  while (used() > before + 2) await new Promise(setImmediate); // node closes the other end of a line a moment later
  assert.ok(arrays.every(({ length }) => length === 0));
  free(...arrays, new Uint8Array());
});

test("200 snapshots leave no memory behind but that of their copies", async () => {
  const { port1, port2 } = new MessageChannel();
  const received = [];
  for (let i = 0; i < 200; i++) {
    const samples = new Uint8Array(64 * 784).fill(i);
    const got = new Promise((resolve) => port2.once("message", resolve));
    port1.postMessage({ samples: { values: samples } }, [samples.buffer]);
    const arrays = await got;
    const own = takeOver(arrays);
    assert.deepEqual([own.samples.values.length, own.samples.values.at(-1)], [64 * 784, i]);
    received.push(arrays.samples.values.byteLength);
  }
  port1.close();
  assert.deepEqual(new Set(received), new Set([0])); // what the messages brought is freed
});

test("a machine that is cleared has the same room for the next model, all zero", async () => {
  const machine = await Machine.start(null);
  const first = machine.keep([1, 2, 3, 4, 5]);
  machine.clear();
  assert.equal(machine.reserve(5), first);
  assert.deepEqual(machine.floats.slice(first, first + 8), new Float32Array(8));
});
