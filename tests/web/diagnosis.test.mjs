// What is said of a run whose pictures nobody can read: the classifier knows digits alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose } from "../../gan/web/training/diagnosis.js";
import { Probe } from "../../gan/web/training/probe.js";
import { dataset, description } from "./fake_trainer.mjs";

const rules = description.diagnosis;
const metrics = {
  real_score: 0.55,
  fake_score: 0.45,
  generator_gradient: 0.5,
  discriminator_gradient: 1,
};
const probe = new Probe(description.recipes.fast, dataset, null);
const signals = (change) =>
  new Array(4).fill(probe.signals(900, new Uint8Array(64 * 784), { ...metrics, ...change }));

test("nothing is said of digits", () => {
  for (const loss of ["non-saturating", "wasserstein", null]) {
    const { name, text } = diagnose(rules, signals({}), loss);
    assert.equal(name, "healthy");
    assert.doesNotMatch(text, /digit|NaN/);
  }
});

test("what scores and gradients show is said all the same", () => {
  assert.equal(diagnose(rules, signals({ fake_score: 0.95 }), "hinge").name, "frozen_discriminator");
  assert.equal(diagnose(rules, signals({ generator_gradient: 300 }), "wasserstein").name, "exploding");
});
