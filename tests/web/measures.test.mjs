// The measures of Learn's last section, on points whose answers are known.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { partsOf, precisionAndRecall, radiiOf } from "../../gan/web/learn/measures/measures.js";
import { NAMES, pushesOf } from "../../gan/web/learn/measures/pushes.js";
import { createRandom } from "../../gan/web/learn/random.js";
import { fitGaussian } from "../../gan/web/training/frechet.js";

/** A cloud around a place of the plane. */
function cloud(seed, x = 0, y = 0, spread = 1) {
  const random = createRandom(seed);
  const points = Array.from({ length: 200 }, () => [
    x + spread * random.normal(),
    y + spread * random.normal(),
  ]);
  return Float32Array.from(points.flat());
}

const close = (a, b) => assert.ok(Math.abs(a - b) < 1e-3 * Math.max(1, Math.abs(b)), `${a} and ${b}`);

test("a shift counts for the means, another width for the spreads", () => {
  const at = (...place) => fitGaussian(cloud(1, ...place), 2);
  const real = at();
  const same = partsOf(real, real);
  close(same.means, 0);
  close(same.spreads, 0);
  const shifted = partsOf(real, at(3, 4));
  close(shifted.means, 25);
  close(shifted.spreads, 0);
  const wide = partsOf(real, at(0, 0, 2));
  const [x, , , y] = real.covariance;
  close(wide.spreads, x + y); // (2 − 1)² of each variance
});

test("a point's ball reaches to its third neighbour", () => {
  const radii = radiiOf([0, 0, 1, 0, 3, 0, 6, 0, 10, 0]);
  assert.deepEqual([...radii], [6, 5, 3, 5, 9]);
});

test("one perfect mode is precise and not recalled; a wide cloud is recalled and not precise", () => {
  const left = cloud(1, -5, 0, 0.2);
  const right = cloud(2, 5, 0, 0.2);
  const real = Float32Array.of(...left, ...right);
  const one = precisionAndRecall(real, cloud(3, -5, 0, 0.2));
  assert.ok(one.precision > 0.9);
  assert.ok(Math.abs(one.recall - 0.5) < 0.1);
  const wide = precisionAndRecall(real, cloud(4, 0, 0, 8));
  assert.ok(wide.precision < 0.1);
  assert.ok(wide.recall > one.recall);
  const same = precisionAndRecall(real, real);
  assert.deepEqual([same.precision, same.recall], [1, 1]);
});

test("the losses push as the page says", () => {
  const [sure, fooled] = [-4, 4];
  assert.ok(pushesOf("minimax", sure).onG < 0.05, "minimax is flat where D is sure");
  assert.ok(pushesOf("non-saturating", sure).onG > 0.9);
  assert.equal(pushesOf("hinge", sure).onD, 0, "what is right already is left alone");
  assert.equal(pushesOf("hinge", 0).onD, 1);
  assert.deepEqual(pushesOf("wasserstein", sure), pushesOf("wasserstein", fooled));
  assert.equal(pushesOf("least-squares", 0).onD, 0);
  assert.ok(pushesOf("relativistic", sure).onG > 0.9);
  const page = readFileSync(new URL("../../gan/web/learn/measures/pushes.html", import.meta.url), "utf8");
  const shown = [...page.matchAll(/<option[^>]*>([^<]+)/g)].map(([, name]) =>
    name.toLowerCase().replace(" ", "-"),
  );
  assert.deepEqual(shown, NAMES);
});
