// Whether a crew of Workers is used, on a clock that the test sets.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../gan/web/training/pace.js";

/** Takes steps that last so long alone and with a crew. @returns {number} of how many of them the crew was part */
function take(pace, steps, alone, crew) {
  let together = 0;
  for (let i = 0; i < steps; i++) {
    together += Number(pace.usesCrew);
    pace.record(pace.usesCrew ? crew : alone);
  }
  return together;
}

test("both ways are timed, and the faster is taken", () => {
  const fast = new Pace();
  assert.equal(take(fast, 24, 20, 12), 12);
  assert.equal(take(fast, 100, 20, 12), 100);
  const slow = new Pace();
  assert.equal(take(slow, 24, 20, 30), 12);
  assert.equal(take(slow, 100, 20, 30), 0);
});

test("when a machine becomes busy, both are timed again", () => {
  const pace = new Pace();
  take(pace, 24, 20, 12);
  take(pace, 300, 22, 40); // the other core has work now
  assert.equal(pace.usesCrew, false);
});

test("one slow step changes nothing", () => {
  const pace = new Pace();
  take(pace, 24, 20, 12);
  take(pace, 1, 20, 150);
  assert.equal(take(pace, 100, 20, 12), 100);
});

test("times that were taken while the page loaded do not count for good", () => {
  const pace = new Pace();
  take(pace, 24, 20, 30);
  assert.equal(pace.usesCrew, false);
  take(pace, 2100, 20, 12);
  assert.equal(pace.usesCrew, true);
});
