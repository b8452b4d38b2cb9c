// The smallest game: its gradients are those of its losses, it learns, it fails as it says, and it is fast enough.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AutoencoderStep } from "../../gan/web/learn/game/autoencoder.js";
import {
  coveredModes,
  drawnTarget,
  evenly,
  sampleLatents,
  samplePoints,
  TARGETS,
} from "../../gan/web/learn/game/points.js";
import { PRESETS, USUAL } from "../../gan/web/learn/game/presets.js";
import { LOSS_NAMES, Step } from "../../gan/web/learn/game/step.js";
import { createRandom } from "../../gan/web/learn/random.js";
import { LOSSES } from "../../gan/web/training/losses.js";

const EPSILON = 3e-4;
const { ring } = TARGETS;

/** A step that has real points and fakes, and has not learned from them yet. */
function prepared() {
  const step = new Step(createRandom(3));
  step.real.x[0].set(samplePoints(ring, 128, createRandom(4)));
  step.generate(sampleLatents(128, createRandom(5)));
  return step;
}

/**
 * The slope of a loss along a direction of a network's weights: by the gradients, and by central differences. The
 * direction is that of the gradients, with something random added, so that the slope is not small.
 */
function slopes(network, gradients, loss) {
  gradients();
  const random = createRandom(6);
  const norm = Math.hypot(...network.weights.flatMap(({ gradient }) => [...gradient]));
  const directions = network.weights.map(({ gradient }) =>
    gradient.map((g) => g / norm + random.normal() / 100),
  );
  const byGradient = network.weights.reduce(
    (sum, { gradient }, i) => sum + gradient.reduce((part, g, j) => part + g * directions[i][j], 0),
    0,
  );
  const start = network.weights.map(({ values }) => values.slice());
  const lossAt = (amount) => {
    network.weights.forEach(({ values }, i) => {
      values.set(start[i].map((value, j) => value + amount * directions[i][j]));
    });
    return loss();
  };
  return [byGradient, (lossAt(EPSILON) - lossAt(-EPSILON)) / (2 * EPSILON)];
}

function assertClose([a, b], message) {
  assert.ok(Math.abs(a - b) < 0.01 * Math.max(Math.abs(a), Math.abs(b)) + 1e-5, `${message}: ${a} and ${b}`);
}

/** ½ γ E‖∇D‖² at the real points. */
function r1({ discriminator, real }, gamma) {
  discriminator.forward(real);
  const slopes = discriminator.backward(real, new Float32Array(128).fill(1));
  return (0.5 * gamma * slopes.reduce((sum, slope) => sum + slope ** 2, 0)) / 128;
}

test("backward gives the slopes at the points", () => {
  const { discriminator: d, real } = prepared();
  const start = real.x[0].slice();
  d.forward(real);
  const byBackward = d.backward(real, new Float32Array(128).fill(1)).slice();
  const logitsAt = (shift) => {
    real.x[0].set(start.map((value, i) => value + (i % 2 ? 0 : shift)));
    return d.forward(real).slice();
  };
  const [more, less] = [logitsAt(1e-3), logitsAt(-1e-3)];
  const isClose = Array.from(
    more,
    (logit, i) => Math.abs((logit - less[i]) / 2e-3 - byBackward[2 * i]) < 0.01,
  );
  assert.ok(isClose.filter(Boolean).length > 115, "all but those that lie beside a bend of D");
});

for (const loss of LOSS_NAMES) {
  test(`the gradients of ${loss} are its slopes`, () => {
    const hyper = { ...USUAL, loss, r1_gamma: 0, label_smoothing: 0.1 };
    const step = prepared();
    const { discriminator: d, generator: g } = step;
    const dLoss = () => LOSSES[loss].discriminator(d.forward(step.real), d.forward(step.fake), 128, 0.1).loss;
    assertClose(
      slopes(d, () => step.discriminatorGradients(hyper), dLoss),
      "D",
    );
    const gLoss = () => {
      step.fake.x[0].set(g.forward(step.generated));
      return LOSSES[loss].generator(d.forward(step.fake), d.forward(step.real), 128).loss;
    };
    assertClose(
      slopes(g, () => step.generatorGradients(hyper), gLoss),
      "G",
    );
  });
}

test("the gradients with R1 are those of the loss and the penalty together", () => {
  const hyper = { ...USUAL, r1_gamma: 3 };
  const step = prepared();
  const { discriminator: d } = step;
  const loss = () =>
    LOSSES["non-saturating"].discriminator(d.forward(step.real), d.forward(step.fake), 128, 0).loss +
    r1(step, 3);
  const { penalty } = step.discriminatorGradients(hyper);
  assertClose([penalty, r1(step, 3)], "penalty");
  assertClose(
    slopes(d, () => step.discriminatorGradients(hyper), loss),
    "D",
  );
  const [withR1, without] = [hyper, { ...hyper, r1_gamma: 0 }].map((each) => {
    step.discriminatorGradients(each);
    return d.layers[0].kernel.gradient.slice();
  });
  assert.ok(
    withR1.some((gradient, i) => Math.abs(gradient - without[i]) > 1e-3),
    "R1 adds something",
  );
});

test("noise changes what D sees, and not what G has made", () => {
  const [quiet, noisy] = [0, 0.3].map((instance_noise) => {
    const step = new Step(createRandom(8));
    step.updateDiscriminator(ring, { ...USUAL, instance_noise });
    return step;
  });
  const fakes = ({ generated }) => generated.x.at(-1);
  assert.deepEqual(fakes(noisy), fakes(quiet));
  const added = noisy.fake.x[0].map((seen, i) => seen - fakes(noisy)[i]);
  const deviation = Math.sqrt(added.reduce((sum, each) => sum + each ** 2, 0) / added.length);
  assert.ok(Math.abs(deviation - 0.3) < 0.05, `${deviation}`);
});

test("G's average follows G, and stays where it was with a decay of 1", () => {
  const step = new Step(createRandom(2));
  const start = step.average.layers[0].kernel.values.slice();
  assert.deepEqual(start, step.generator.layers[0].kernel.values);
  step.run(ring, { ...USUAL, ema_decay: 0 });
  assert.deepEqual(step.average.layers[0].kernel.values, step.generator.layers[0].kernel.values);
  assert.notDeepEqual(step.average.layers[0].kernel.values, start);
  const moved = step.average.layers[0].kernel.values.slice();
  step.average.follow(step.generator, 1);
  assert.deepEqual(step.average.layers[0].kernel.values, moved);
});

for (const kl_weight of [0, 1]) {
  test(`the gradients of an autoencoder are the slopes of its loss, with ${kl_weight} · KL`, () => {
    const step = new AutoencoderStep(createRandom(3), kl_weight);
    const random = createRandom(4);
    step.encoded.x[0].set(samplePoints(ring, 128, random));
    if (kl_weight) step.noise = step.noise.map(() => random.normal());
    const loss = () => {
      const { error, kl_divergence } = step.gradients();
      return error + kl_weight * kl_divergence;
    };
    for (const network of [step.encoder, step.decoder]) assertClose(slopes(network, loss, loss), "weights");
  });
}

test("half a step and half a step are a step", () => {
  const [whole, halves] = [0, 0].map((seed) => new Step(createRandom(seed)));
  for (let i = 0; i < 5; i++) {
    whole.run(ring, USUAL);
    halves.updateDiscriminator(ring, USUAL);
    halves.updateGenerator(USUAL);
  }
  const [a, b] = [whole, halves].map(({ generator }) => generator.layers[1].kernel.values);
  assert.deepEqual(a, b);
});

const z = sampleLatents(1024, createRandom(9));
function covered({ generator }) {
  const pass = generator.createPass(1024);
  pass.x[0].set(z);
  return coveredModes(generator.forward(pass), ring.modes);
}

/** The most modes that G reaches between two numbers of steps; `enough` of them end the training. */
function train(step, { hyper }, from, to, enough = Infinity) {
  let most = 0;
  for (let i = 1; i <= to && most < enough; i++) {
    step.run(ring, hyper);
    if (i >= from && i % 50 === 0) most = Math.max(most, covered(step));
  }
  return most;
}

test("the ring of eight is covered with R1", () => {
  assert.ok(train(new Step(createRandom(0)), PRESETS.works, 0, 1500, 7) >= 7);
});

test("the collapse collapses, and R1 cures it", () => {
  const step = new Step(createRandom(0));
  assert.ok(train(step, PRESETS.collapse, 200, 600) <= 4);
  assert.ok(train(step, PRESETS.cure, 0, 900, 7) >= 7);
});

test("the oscillation goes from cluster to cluster, and can be calmed", () => {
  const step = new Step(createRandom(0));
  assert.ok(train(step, PRESETS.oscillation, 200, 400) <= 3);
  assert.ok(train(step, PRESETS.calm, 0, 900, 7) >= 7);
});

test("a full step takes less than 8 ms of this processor", () => {
  const step = new Step(createRandom(0));
  for (let i = 0; i < 20; i++) step.run(ring, USUAL);
  const start = process.cpuUsage();
  for (let i = 0; i < 50; i++) step.run(ring, USUAL);
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000 / 50;
  assert.ok(milliseconds < 8, `${milliseconds} ms`);
});

test("every target lies on the canvas, and a drawn line is a target too", () => {
  const line = evenly([
    [-0.5, 0],
    [0.5, 0],
  ]);
  assert.ok(line.length > 50);
  for (const target of [...Object.values(TARGETS), drawnTarget(line)]) {
    const points = samplePoints(target, 500, createRandom(7));
    assert.ok(points.every((value) => Math.abs(value) < 1.1));
    assert.ok(new Set(points).size > 900, "no point comes twice");
  }
  assert.equal(coveredModes(samplePoints(ring, 800, createRandom(7)), ring.modes), 8);
  assert.equal(coveredModes(new Float32Array(800), ring.modes), 0);
});
