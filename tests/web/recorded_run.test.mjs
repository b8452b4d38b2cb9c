// A recording is read under the names that its arrays have now, and under those that they had before.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { RecordedRun } from "../../gan/web/train/recorded_run.js";

const shipped = await readFile(new URL("../../checkpoints/recorded-run/run.safetensors", import.meta.url));

/** Loads a recording whose arrays are renamed first. @param {Record<string, string>} names */
async function load(names) {
  const length = Number(shipped.readBigUInt64LE());
  const header = JSON.parse(shipped.subarray(8, 8 + length).toString());
  const renamed = Object.entries(header).map(([name, entry]) => [names[name] ?? name, entry]);
  const text = Buffer.from(JSON.stringify(Object.fromEntries(renamed)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  const file = new Response(Buffer.concat([size, text, shipped.subarray(8 + length)]));
  globalThis.fetch = async () => file;
  return RecordedRun.load("run.safetensors", []);
}

test("the qualities of a run are read under their old name and under their new one", async () => {
  const before = await load({ qualities: "judgements" });
  const now = await load({ judgements: "qualities" });
  assert.ok(now.qualities.values.length > 40);
  assert.deepEqual(before.qualities, now.qualities);
  assert.deepEqual(before.end, now.end);
});

test("a recording says how the run did at each of its moments, in today's names of diagnoses", async () => {
  const { frames } = await load({});
  const names = new Set(frames.map(({ words }) => words.name));
  assert.ok(names.has("healthy"));
  assert.ok(!names.has("well") && !names.has("young"));
});
