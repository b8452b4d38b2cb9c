// What the page calls the pictures of a model, and what a link says of their classes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { verdict } from "../../gan/web/draw/verdict.js";
import { asPython, nameOf } from "../../gan/web/explore/program.js";
import { fromHash, toHash } from "../../gan/web/shared/links.js";
import { fresh } from "../../gan/web/shared/state.js";
import { nameOfMany, nameOfOne, subjectOf } from "../../gan/web/shared/subject.js";

const FASHION = ["T-shirt/top", "Trouser", "Bag & case"];
const FILE = {
  dataset: "fashion-mnist",
  singular: "fashion item",
  plural: "fashion items",
  kind: "pictures",
  class_names: JSON.stringify(FASHION),
};
const digits = subjectOf({ dataset: "mnist" }, { classes: 10, channels: 1 });
const fashion = subjectOf(FILE, { classes: 3, channels: 1 });

test("digits are digits, and are read; other pictures are called as their file says, and are not", () => {
  assert.deepEqual(
    [digits.singular, digits.plural, digits.isRead, digits.isDrawn],
    ["digit", "digits", true, true],
  );
  assert.deepEqual(
    [fashion.singular, fashion.plural, fashion.isRead, fashion.isDrawn],
    ["fashion item", "fashion items", false, false],
  );
  assert.equal(subjectOf({ dataset: "mnist" }, { classes: 0, channels: 3 }).isRead, false);
  assert.equal(subjectOf({}, { classes: 0, channels: 1 }).plural, "pictures");
  const { class_names, dataset } = FILE; // all that the file of a run in the page says
  assert.deepEqual(subjectOf({ class_names, dataset }, { classes: 3, channels: 1 }), fashion);
});

test("what D wants more or less of is ink in line drawings, and light in other pictures", () => {
  assert.equal(digits.medium, "ink");
  assert.equal(fashion.medium, "light");
  assert.equal(subjectOf({}, { classes: 3, channels: 3 }).medium, "light");
  const page = readFileSync(new URL("../../gan/web/explore/explore.html", import.meta.url), "utf8");
  for (const words of ["more {medium}", "less {medium}"]) assert.ok(page.includes(`data-say="${words}"`));
});

test("a class is called by its name", () => {
  assert.equal(nameOfOne(digits, 3), "3");
  assert.equal(nameOfMany(digits, 3), "3s");
  assert.equal(nameOfOne(fashion, 1), "Trouser");
  assert.equal(nameOfMany(fashion, 1), "pictures of “Trouser”");
  const any = subjectOf({ dataset: "mnist" }, { classes: 0, channels: 1 });
  assert.equal(nameOfOne(any, 3), "digit");
  assert.equal(nameOfMany(any, 3), "digits");
});

test("names that do not fit are numbers", () => {
  for (const class_names of [undefined, "[", "[1, 2]", '["a"]', '"ab"', "null"]) {
    assert.deepEqual(subjectOf({ class_names }, { classes: 2, channels: 1 }).classes, ["0", "1"]);
  }
});

const MODELS = [
  { id: "mnist-digits", classes: 10 },
  { id: "fashion", classes: 3, class_names: FASHION },
];

test("a link carries the world and the name of the class", () => {
  const state = { ...fromHash("", MODELS), model: 1, digit: 2, seed: 4 };
  const hash = toHash(state, MODELS);
  assert.equal(hash, "#model=fashion&seed=4&class=Bag%20%26%20case");
  assert.deepEqual(fromHash(hash, MODELS), {
    ...fresh,
    path: fromHash(hash, MODELS).path,
    model: 1,
    digit: 2,
    seed: 4,
  });
  for (const text of ["class=Trouser", "class=1", "digit=1"]) {
    assert.equal(fromHash(`#model=fashion&${text}`, MODELS).digit, 1);
  }
  assert.equal(fromHash("#model=fashion&class=hat", MODELS).digit, 2); // the usual class, or the last
  assert.equal(toHash({ ...state, model: 0 }, MODELS), "#model=mnist-digits&seed=4&digit=2");
});

test("a program and a file name the class", () => {
  const entry = { id: "fashion", name: "", url: "", path: "checkpoints/fashion.safetensors", classes: 3 };
  const program = asPython({ ...fresh, digit: 0 }, entry, new Float32Array(8), fashion);
  assert.match(program, /generate\(z, label="T-shirt\/top"\)/);
  assert.match(program, /save\("fashion-item\.png"\)/);
  assert.equal(nameOf({ ...fresh, digit: 0, seed: 7 }, fashion), "forger-t-shirt-top-seed7.png");
  assert.equal(nameOf({ ...fresh, digit: 3, seed: 7 }, digits), "forger-3-seed7.png");
});

test("what is said of a drawing names what the model knows", () => {
  const z = new Float32Array(8);
  assert.match(verdict(0.5, z, fashion), /nothing but fashion items/);
  assert.doesNotMatch(verdict(0.05, z, fashion), /digit/);
  assert.match(verdict(0.05, z, digits), /nine of ten real digits/);
});
