// Spot the forgery: a link names ten digits, each comes once, and what is said fits what happened.

import assert from "node:assert/strict";
import { test } from "node:test";
import { challengeTo, gameIn } from "../../gan/web/learn/forgery/link.js";
import {
  chooseCandidate,
  dSaysForged,
  planRounds,
  smooth,
  unknownGame,
} from "../../gan/web/learn/forgery/rounds.js";
import { resultOf, scoresOf, verdictOf } from "../../gan/web/learn/forgery/words.js";

const labels = Uint8Array.from({ length: 200 }, (_, i) => (7 * i) % 10);
const hundred = [...Array(100).keys()];

test("a game is the same for everybody, and another one for another seed", () => {
  assert.deepEqual(planRounds(4711, labels), planRounds(4711, labels));
  assert.notDeepEqual(planRounds(4711, labels), planRounds(4712, labels));
});

test("each digit comes once, four to six are forged, and the real ones are what they are called", () => {
  const counts = new Set();
  for (const plans of hundred.map((seed) => planRounds(seed, labels))) {
    assert.deepEqual(plans.map(({ digit }) => digit).sort(), [...Array(10).keys()]);
    counts.add(plans.filter(({ isForged }) => isForged).length);
    for (const { isForged, real, digit } of plans) if (!isForged) assert.equal(labels[real], digit);
  }
  assert.deepEqual([...counts].sort(), [4, 5, 6]);
});

test("ten other digits have no real one that was seen, as long as there are others", () => {
  const seen = new Set([...labels.keys()].slice(0, 60)); // of each digit alike: a sixth of all games has none of them
  for (let game = 0; game < 20; game++) {
    const reals = planRounds(unknownGame(labels, seen), labels).filter(({ isForged }) => !isForged);
    assert.ok(reals.every(({ real }) => !seen.has(real)));
  }
  assert.ok(Number.isInteger(unknownGame(labels, new Set(labels.keys()))), "when all were seen");
});

test("whether a digit is forged cannot be told from its place or its name", () => {
  const all = hundred.map((seed) => planRounds(seed, labels));
  for (let i = 0; i < 10; i++) {
    const atPlace = all.filter((plans) => plans[i].isForged).length;
    const ofDigit = all.filter((plans) => plans.find(({ digit }) => digit === i).isForged).length;
    for (const count of [atPlace, ofDigit]) assert.ok(count > 30 && count < 70, `${i}: ${count}`);
  }
});

test("the first forgery is the candidate that D sees through, the last one that it believes", () => {
  assert.equal(chooseCandidate([0.3, -2, 1, 0], 0), 1);
  assert.equal(chooseCandidate([0.3, -2, 1, 0], 1), 2);
  const forged = planRounds(3, labels).filter(({ isForged }) => isForged);
  assert.equal(forged[0].hardness, 0);
  assert.equal(forged.at(-1).hardness, 1);
});

test("smoothing keeps an even slope and spreads a single pixel over its neighbours", () => {
  assert.ok(smooth(new Float32Array(784).fill(2)).every((slope) => slope === 2));
  const single = smooth(new Float32Array(784).fill(9, 100, 101));
  assert.equal(single.filter((slope) => slope === 1).length, 9);
});

const round = (isForged, percentile) => ({ digit: 7, name: "7", isForged, percentile });

test("scores count what was said rightly, of those rounds that were played", () => {
  const rounds = [round(true, 2), round(false, 80), round(true, 80), round(false, 2)];
  assert.deepEqual(scoresOf(rounds, [true, true, true]), { you: 2, d: 2 });
  assert.deepEqual(rounds.map(dSaysForged), [true, false, false, true]);
});

test("a verdict names what it was, and who was fooled", () => {
  assert.match(verdictOf(round(true, 62), false).you, /fooled you/);
  assert.match(verdictOf(round(true, 62), false).d, /fooled D: 62 of 100 real 7s look less real/);
  assert.match(verdictOf(round(true, 0), true).d, /saw it too: 100 of 100 real 7s look more real/);
  assert.match(verdictOf(round(false, 4), true).you, /suspicious/);
  assert.match(verdictOf(round(false, 4), true).d, /took it for a forgery: 96 of 100 real 7s look more real/);
});

test("a picture of networks that cannot be asked for a digit is called a digit", () => {
  const { title, d } = verdictOf({ ...round(true, 3), name: "digit" }, true);
  assert.match(title, /this digit\./);
  assert.match(d, /97 of 100 real digits look more real/);
});

test("the result compares with D, and with the challenger where there is one", () => {
  assert.match(resultOf({ you: 8, d: 7 }, null).words, /^You beat the network/);
  assert.match(resultOf({ you: 7, d: 7 }, 7).words, /A draw.*challenger had 7 too/);
  assert.match(resultOf({ you: 6, d: 7 }, 4).words, /D wins.*beat your challenger, who had 4/);
});

test("a challenge leads to the same game, and nothing else of the address goes with it", () => {
  const link = challengeTo("https://host/page/?__theme=dark&watch=x#model=mnist", 4711, 7);
  assert.equal(link, "https://host/page/?tab=learn&forgery=4711&beat=7");
  assert.deepEqual(gameIn(new URL(link).search), { seed: 4711, beat: 7 });
  assert.deepEqual(gameIn("?forgery=x&beat=7"), { seed: null, beat: null });
  assert.deepEqual(gameIn("?forgery=1&beat=11"), { seed: 1, beat: null });
});
