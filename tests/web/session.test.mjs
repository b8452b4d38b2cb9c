// The orders to a run in the page, carried out on a trainer whose steps can be foreseen.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Session } from "../../gan/web/training/session.js";
import { chooseRecipe } from "../../gan/web/training/wish.js";
import { dataset, description, FakeTrainer, TOO_FAST, ticking } from "./fake_trainer.mjs";

let trainers = [];
beforeEach(() => {
  trainers = [];
});

/** A run that has begun. */
async function begin(wish = {}) {
  const asked = { recipe: "fast", seed: 3, conditional: false, ...wish };
  const { recipe, hyper } = chooseRecipe(asked, description, dataset);
  const startTrainer = async (what) => {
    trainers.push(await FakeTrainer.start(what));
    return trainers.at(-1);
  };
  const instruments = { rules: description.diagnosis, classifier: null, reference: null, now: ticking() };
  const setup = { recipe, hyper, dataset, seed: 3, first_command: asked.first_command ?? "run", description };
  const session = new Session({ ...setup, startTrainer, instruments });
  await session.prepare();
  return session;
}

const weights = async (session) => {
  const { arrays } = await session.currentState();
  return Object.fromEntries(Object.entries(arrays).map(([name, { values }]) => [name, values[0]]));
};
const close = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-6, `${found}, not ${wanted}`);

test("it trains in turns while it runs, and not while it pauses", async () => {
  const session = await begin();
  await session.advance(1);
  const { step } = session;
  assert.ok(step > 1);
  assert.ok(session.history.curve().length > 0);
  await session.obey({ kind: "pause" });
  await session.advance(1);
  assert.equal(session.step, step);
  assert.equal(session.history.lastState.step, step);
  await session.obey({ kind: "run" });
  await session.advance(1, () => true);
  assert.equal(session.step, step + 1, "what waits is not kept waiting longer than a step");
});

test("a run whose first command is a step takes one and pauses", async () => {
  const session = await begin({ first_command: "step" });
  assert.deepEqual([session.step, session.status], [1, "paused"]);
});

test("in a step of one network the other one stays as it is", async () => {
  const session = await begin();
  await session.obey({ kind: "step", network: "D" });
  const d = await weights(session);
  assert.deepEqual([session.step, session.status], [1, "paused"]);
  for (const name of Object.keys(d).filter((each) => each.startsWith("generator")))
    assert.equal(d[name], 0, name);
  close(d["discriminator/params/w"], 0.003);
  assert.equal(d["discriminator_opt/0/count"], 1);

  await session.obey({ kind: "step", network: "G" });
  const g = await weights(session);
  assert.equal(session.step, 2);
  for (const name of Object.keys(d).filter((each) => each.startsWith("discriminator")))
    assert.equal(g[name], d[name], name);
  close(g["generator/params/w"], 0.002);
  assert.equal(trainers[0].steps[1].discriminator_lr, 0, "G learns from the D that the step begins with");
  assert.equal(trainers[0].hyper.discriminator_lr, 0.003);

  await session.obey({ kind: "step" });
  close((await weights(session))["generator_ema/params/w"], 0.004);
  await assert.rejects(session.obey({ kind: "step", network: "E" }), /expected both, D or G/);
});

test("numbers are set between steps, and refused outside their range", async () => {
  const session = await begin();
  await session.obey({ kind: "set", change: { r1_gamma: 5, generator_lr: 0.002 } });
  assert.equal(trainers[0].hyper.r1_gamma, 5);
  assert.deepEqual(session.history.events, [{ step: 0, text: "r1_gamma 10 → 5" }]);
  for (const [change, reason] of [
    [{ r1_gamma: 101 }, /r1_gamma 101: expected 0 to 100/],
    [{ r1_gamma: NaN }, /expected 0 to 100/],
    [{ r1_gamma: "5" }, /expected 0 to 100/],
    [{ beta2: 0.9 }, /beta2: what can be moved is/],
    [{ toString: 1 }, /what can be moved/],
  ]) {
    await assert.rejects(session.obey({ kind: "set", change }), reason);
  }
  assert.equal(trainers[0].hyper.r1_gamma, 5);
});

test("it goes back with another loss and other numbers, and keeps the line that it leaves", async () => {
  const session = await begin();
  await session.advance(1);
  await session.obey({ kind: "back", step: 0, change: { generator_lr: 0.01 } });
  assert.deepEqual([session.step, session.status], [0, "running"]);
  assert.equal(trainers.length, 1, "the same networks need no other trainer");
  assert.equal(session.history.previousCurves.length, 1);
  await session.advance(0.1, () => true);
  close((await weights(session))["generator/params/w"], 0.01);

  await session.obey({ kind: "back", step: 0, loss: "wasserstein" });
  assert.equal(trainers[1].recipe.train.loss, "wasserstein");
  assert.ok(trainers[0].isClosed);
  assert.equal(trainers[1].hyper.generator_lr, 0.01);
  await assert.rejects(
    session.obey({ kind: "set", change: { label_smoothing: 0.1 } }),
    /does not go with loss/,
  );
  await assert.rejects(session.obey({ kind: "back", step: 7 }), /step 7: the run can go back to 0/);
  await assert.rejects(session.obey({ kind: "back", step: 0, loss: "wasserstein-gp" }), /gp_weight/);
  await assert.rejects(session.obey({ kind: "back", step: 0, loss: "none" }), /loss=none/);
});

test("numbers that are none end the training in one line, and the run can go back", async () => {
  const session = await begin();
  await session.obey({ kind: "set", change: { generator_lr: TOO_FAST } });
  await session.advance(1);
  assert.equal(session.status, "failed");
  assert.equal(session.message, "not a number any more");
  assert.equal(session.history.events.at(-1).text, "not a number");
  await assert.rejects(session.obey({ kind: "run" }), /can go back, and stop/);
  await session.obey({ kind: "back", step: 0, change: { generator_lr: 0.001 } });
  await session.advance(1);
  assert.equal(session.status, "running");
  assert.ok(session.step > 0);
});

test("a run whose trainer has lost a Worker goes back with another trainer", async () => {
  const session = await begin();
  await session.advance(1);
  trainers[0].advance = async () => {
    throw new Error("a Worker does not answer");
  };
  await session.advance(1);
  assert.deepEqual([session.status, session.message], ["failed", "a Worker does not answer"]);
  await session.obey({ kind: "back", step: 0 });
  await session.advance(1);
  assert.equal(session.status, "running");
  assert.ok(session.step > 0 && trainers[0].isClosed);
});

test("a run that has stopped keeps its last state, frees its trainer, and takes no more orders", async () => {
  const session = await begin();
  await session.advance(1);
  await session.obey({ kind: "stop" });
  assert.equal(session.status, "stopped");
  assert.ok(trainers[0].isClosed);
  assert.equal((await session.currentState()).step, session.step);
  assert.equal(session.history.states.size, 1);
  await assert.rejects(session.obey({ kind: "run" }), /over/);
});

test("an autoencoder runs, pauses and stops", async () => {
  const session = await begin({ recipe: "autoencoder" });
  await session.advance(1);
  assert.equal(session.monitor.samples.fake_logits.length, 0);
  await assert.rejects(session.obey({ kind: "step" }), /no game/);
  await session.obey({ kind: "pause" });
});

test("more pictures change nothing else", async () => {
  const session = await begin();
  await session.advance(1);
  const before = await weights(session);
  const more = { ...dataset, images: new Uint8Array(100 * 784) };
  session.useDataset(more);
  assert.deepEqual(await weights(session), before);
  assert.equal(trainers[0].dataset, more);
  await session.obey({ kind: "back", step: 0, loss: "hinge" });
  assert.equal(trainers[1].dataset, more);
});

test("a failure of the lab begins with its own numbers", () => {
  const wish = { recipe: "frozen", seed: 0, conditional: false };
  assert.equal(chooseRecipe(wish, description, dataset).hyper.discriminator_lr, 0);
  const conditional = { recipe: "fast", seed: 0, conditional: true };
  assert.equal(chooseRecipe(conditional, description, dataset).recipe.model.classes, 10);
  const unlabelled = { ...dataset, labels: null };
  assert.equal(chooseRecipe(conditional, description, unlabelled).recipe.model.classes, 0);
  assert.throws(
    () => chooseRecipe({ ...wish, recipe: "constructor" }, description, dataset),
    /unknown recipe/,
  );
});

test("few pictures are augmented, photographs are flipped too, and it is said", async () => {
  const noise = Uint8Array.from({ length: 40 * 784 }, (_, i) => (i * 7919) % 251);
  const asked = { recipe: "fast", seed: 3, conditional: false };
  const chosen = (other) => chooseRecipe(asked, description, { ...dataset, ...other }).recipe.train.augment;
  const changes = "colour,translation,cutout";
  assert.equal(chosen({}), changes, "a plain ground");
  assert.equal(chosen({ images: noise, class_names: ["cat", "dog"] }), `flip,${changes}`);
  assert.equal(chosen({ images: noise }), changes, "digits are not flipped, whatever their ground is");
  assert.equal(chosen({ images: new Uint8Array(5000 * 784) }), "none");
  assert.equal(chosen({ total: 60_000 }), "none", "the others are on their way");
  const failure = chooseRecipe({ ...asked, recipe: "frozen" }, description, dataset);
  assert.equal(failure.recipe.train.augment, "none");
  assert.match((await begin()).message, /^64 pictures are few, .* colour, translation, cutout\. With 64 pic/);
});
