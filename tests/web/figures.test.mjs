// The small figures of Learn: each shows what the words beside it say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { begin, SCENES } from "../../gan/web/learn/figures/scenes.js";
import { coveredModes } from "../../gan/web/learn/game/points.js";

const page = readFileSync(new URL("../../gan/web/learn/learn.html", import.meta.url), "utf8");

const games = new Map();

/** The scene of that name, after its steps. Scenes that differ in nothing but their pictures are played once. */
function played(name) {
  const { target, hyper, kl_weight, seed, steps } = SCENES[name];
  const game = JSON.stringify([target, hyper, kl_weight, seed, steps]);
  if (!games.has(game)) games.set(game, go(begin(SCENES[name]), steps));
  return games.get(game);
}

function go(scene, steps) {
  for (let i = 0; i < steps; i++) scene.advance();
  return scene;
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** The mean length of the gradient that G's points feel. */
function pull(scene) {
  const slopes = scene.feel(scene.step.generator.forward(scene.shown));
  return mean(
    Array.from({ length: slopes.length / 2 }, (_, i) => Math.hypot(slopes[2 * i], slopes[2 * i + 1])),
  );
}

/** The share of points that lie on a cluster. */
const onClusters = (points, { modes }) =>
  mean(
    Array.from({ length: points.length / 2 }, (_, i) =>
      modes.some(([x, y]) => Math.hypot(points[2 * i] - x, points[2 * i + 1] - y) < 0.105) ? 1 : 0,
    ),
  );

test("every figure of the page has its scene, and every scene its figure with a name of its own", () => {
  const figures = [...page.matchAll(/<figure class="small-game[^>]*data-scene="([\w-]+)"/g)].map(
    ([, name]) => name,
  );
  assert.deepEqual([...new Set(figures)].sort(), Object.keys(SCENES).sort());
  const names = [...page.matchAll(/ id="([\w-]+)"/g)].map(([, name]) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of figures) assert.ok(names.includes(`learn-figure-${name}`), `${name} can be embedded`);
});

test("a sure D pulls nowhere under minimax, and with the non-saturating loss it does", () => {
  assert.ok(pull(played("non-saturating")) > 4 * pull(played("minimax")));
});

test("R1 brings the pull back", () => {
  const scene = played("vanished");
  const before = pull(scene);
  scene.hyper = SCENES.vanished.cure;
  assert.ok(pull(go(scene, SCENES.vanished.steps)) > 5 * before);
});

test("three figures show one game: losses that say nothing, a D left with a half, and an average of G", () => {
  for (const name of ["balance", "average", "adversarial"]) {
    assert.deepEqual(SCENES[name].hyper, SCENES.meter.hyper);
  }
  const scene = begin(SCENES.meter);
  const losses = [];
  for (let i = 0; i < SCENES.meter.steps; i++) {
    scene.advance();
    if (i === 100) assert.ok(scene.covered() <= 3);
    if (i >= 100) losses.push(scene.metrics.discriminator_loss);
  }
  assert.ok(scene.covered() >= 5);
  assert.ok(Math.max(...losses) - Math.min(...losses) < 0.3, `${Math.min(...losses)}…${Math.max(...losses)}`);
  const { real_score, fake_score } = scene.metrics;
  for (const score of [real_score, fake_score]) assert.ok(Math.abs(score - 0.5) < 0.1, `${score}`);

  const { modes } = scene.target;
  const pointsOf = (network) => network.forward(scene.asked).slice();
  const before = [scene.step.generator, scene.step.average].map(pointsOf);
  for (let i = 0; i < 5; i++) scene.advance();
  const after = [scene.step.generator, scene.step.average].map(pointsOf);
  const [g, average] = after.map((points, k) =>
    mean(Array.from(points, (x, i) => Math.abs(x - before[k][i]))),
  );
  assert.ok(average < g / 4, `the average trembles less: ${average} and ${g}`);
  assert.ok(coveredModes(after[1], modes) >= coveredModes(after[0], modes));
});

test("the loss as it is printed drives G away from the real points", () => {
  const scene = played("as-printed");
  const points = scene.step.generator.forward(scene.shown);
  assert.ok(mean(Array.from(points, Math.abs)) > 2);
});

test("label smoothing keeps D below 90 %", () => {
  assert.ok(played("certain").metrics.real_score > 0.97);
  assert.ok(played("unsure").metrics.real_score < 0.92);
});

test("noise keeps D unsure", () => {
  const certainty = ({ metrics: { real_score, fake_score } }) => real_score - fake_score;
  assert.ok(certainty(played("sharp")) > 2 * certainty(played("noisy")));
});

test("an autoencoder copies, a variational one forges better, and leaves nothing out", () => {
  const [plain, variational] = ["autoencoder", "variational"].map((name) => played(name));
  const copies = plain.copyAll();
  assert.ok(mean(Array.from(copies, (x, i) => Math.abs(x - plain.real[i]))) < 0.08);
  const [a, b] = [plain, variational].map((scene) => onClusters(scene.forge(), scene.target));
  assert.ok(b > a, `${a} and ${b}`);
  assert.ok(b < 0.7, "many forgeries lie between two clusters");
  assert.ok(coveredModes(variational.forge(), variational.target.modes) >= 5);
});
