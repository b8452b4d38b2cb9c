// A map in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { whereIs } from "../../gan/web/map/speech.js";
import { fresh } from "../../gan/web/shared/state.js";

const model = {
  names: [{ name: "Slant" }, { name: "Width" }],
  subject: { classes: ["Shirt", "Bag"], singular: "picture" },
};
const at = (part, map) =>
  whereIs({ model, state: { ...fresh, digit: 1, ...part, map: { ...fresh.map, ...map } } });

test("a place on each kind of map is named by what leads there", () => {
  assert.equal(at({ seed: 412 }), "Bag: seed 412");
  assert.equal(at({ shifts: { 0: -1.54 } }, { kind: "plane" }), "Bag: Slant -1.5, Width 0");
  assert.equal(at({ shifts: { 1: 2 } }, { kind: "plane", across: 7, up: 0 }), "Bag: Width 2, Slant 0");
  assert.equal(at({ source: "mixed" }, { kind: "seeds" }), "Bag: between the seeds");
  assert.equal(at({ digit: 5, seed: 1 }), "picture: seed 1");
});
