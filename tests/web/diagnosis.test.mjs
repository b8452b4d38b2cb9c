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
/** Signals that agree. @param {object} change of the metrics, or of what D says (`real_logits`, `fake_logits`) */
function signals(change) {
  const samples = { fakes: new Uint8Array(64 * 784), real_logits: [0.2], fake_logits: [0], ...change };
  return new Array(4).fill(probe.signals(900, samples, { ...metrics, ...change }));
}

test("nothing is said of digits", () => {
  for (const loss of ["non-saturating", "wasserstein", null]) {
    const { name, text } = diagnose(rules, signals({}), loss);
    assert.equal(name, "healthy");
    assert.doesNotMatch(text, /digit|NaN/);
  }
});

test("what scores and gradients show is said all the same", () => {
  const nameOf = (change, loss) => diagnose(rules, signals(change), loss).name;
  assert.equal(nameOf({ fake_score: 0.95 }, "non-saturating"), "frozen_discriminator");
  assert.equal(nameOf({ generator_gradient: 300 }, "wasserstein"), "exploding");
});

test("logits that are no log-odds are compared, and are not called probabilities", () => {
  const diagnosed = (change, loss) => diagnose(rules, signals(change), loss);
  for (const loss of ["hinge", "relativistic", "least-squares", "wasserstein", "wasserstein-gp"]) {
    assert.equal(diagnosed({ fake_score: 0.95, real_score: 0.99 }, loss).name, "healthy", loss);
    assert.equal(diagnosed({ fake_logits: [3] }, loss).name, "frozen_discriminator", loss);
    for (const each of [{}, { real_logits: [9] }]) {
      assert.doesNotMatch(diagnosed(each, loss).text, /believes|%/, loss);
    }
  }
  for (const loss of ["hinge", "relativistic", "least-squares"]) {
    assert.equal(diagnosed({ real_logits: [9] }, loss).name, "discriminator_dominates", loss);
  }
  assert.equal(diagnosed({ real_logits: [9] }, "wasserstein").name, "healthy", "a distance has no unit");
});

test("a repair says how it repairs, with what goes with the loss", () => {
  const frozen = diagnose(rules, signals({ fake_score: 0.95 }), "non-saturating");
  assert.equal(frozen.repair, "this_run");
  const vanishing = diagnose(rules, signals({ fake_score: 0.01, generator_gradient: 0 }), "minimax");
  assert.deepEqual([vanishing.repair, vanishing.loss], ["start_again", "non-saturating"]);
  assert.equal(diagnose(rules, signals({ generator_gradient: 300 }), "hinge").change.r1_gamma, 10);
  const { change } = diagnose(rules, signals({ generator_gradient: 300 }), "wasserstein-gp");
  assert.deepEqual(Object.keys(change), ["generator_lr", "discriminator_lr"], "it has a penalty of its own");
  const dragan = diagnose(rules, signals({ fake_score: 0.01, generator_gradient: 0 }), "dragan");
  assert.equal(dragan.loss, "", "its gp_weight goes with no other loss");
  const clipped = diagnose(rules, signals({ generator_gradient: 300 }), "weight-clip");
  assert.deepEqual(
    [clipped.name, clipped.change, clipped.repair],
    ["exploding", {}, ""],
    "no slider repairs it",
  );
  assert.match(clipped.advice, /weight_clip/);
});
