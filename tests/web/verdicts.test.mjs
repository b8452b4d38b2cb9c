// What D says of pictures: a probability where its logits are log-odds, and else a score.

import assert from "node:assert/strict";
import { test } from "node:test";
import { borderOf, hintOf, histogramOf, isProbability, verdict } from "../../gan/web/train/verdicts.js";

const [real, fakes] = [
  [2, 1, -0.5],
  [-2, 0.25, -4],
];
const barsOf = ({ chart }) => chart.lines.map(({ y }) => y);
const sum = (values) => values.reduce((a, b) => a + b, 0);

test("a loss of cross-entropy gives probabilities, and D takes for real what it finds more probable than not", () => {
  const verdicts = { loss: "non-saturating", real, fakes };
  assert.ok(isProbability("non-saturating"));
  assert.equal(borderOf(verdicts), 0);
  assert.equal(verdict("non-saturating", 0), "50");
  assert.equal(verdict("minimax", Math.log(3)), "75");
  assert.equal(hintOf("dragan"), null, "the page's own words are true");
  const { chart, at } = histogramOf(verdicts);
  assert.equal(chart.words, "D believes 2 of 3 real pictures, and 1 of 3 fakes.");
  assert.deepEqual([at(0), at(0.5), at(1)], [0, 0.5, 1]);
  assert.equal(barsOf({ chart })[0][Math.floor(20 / (1 + Math.exp(-2)))], 1);
});

test("scores are said as scores, in place of a certainty that nobody has", () => {
  for (const loss of ["hinge", "least-squares", "wasserstein", "relativistic"])
    assert.ok(!isProbability(loss));
  assert.equal(borderOf({ loss: "hinge", real, fakes }), 0);
  assert.equal(borderOf({ loss: "least-squares", real, fakes }), 0.5);
  const far = { loss: "wasserstein", real: [700, 720], fakes: [600, 610] };
  assert.equal(borderOf(far), (710 + 605) / 2);
  assert.equal(verdict("wasserstein", 1234.5), "1,235");
  assert.equal(verdict("wasserstein", 38.26), "38");
  assert.equal(verdict("hinge", -0.1234), "-0.12");
  assert.match(hintOf("wasserstein"), /nearer to the scores of the other kind/);
  assert.match(hintOf("least-squares"), /above 0.5 it takes/);
  const { chart, at } = histogramOf(far);
  assert.match(chart.words, /^D gives scores above the middle between their means \(658\) to 2 of 2 real/);
  assert.deepEqual([at(0), at(1)], [600, 720], "the axis reaches from the least score to the greatest");
  assert.equal(barsOf({ chart })[1][0], 1);
  assert.equal(barsOf({ chart })[0].at(-1), 1);
});

test("without verdicts, or where all are the same, there is nothing that is no number", () => {
  for (const loss of ["minimax", "wasserstein"]) {
    for (const [some, others] of [
      [[], []],
      [[3, 3], [3]],
      [[NaN, 1, -Infinity], [Infinity]],
    ]) {
      const { chart, at } = histogramOf({ loss, real: some, fakes: others });
      assert.deepEqual(
        barsOf({ chart }).map(sum),
        [some, others].map((all) => all.filter(Number.isFinite).length),
      );
      assert.doesNotMatch(chart.words, /NaN/);
      assert.ok(Number.isFinite(at(0.5)) && Number.isFinite(chart.span[1]));
    }
  }
});
