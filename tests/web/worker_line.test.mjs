// The line to a Worker: it is used once somebody listens, and given up if nobody does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { lineTo, within } from "../../gan/web/train/worker_line.js";

/** Workers, of which some never answer. @param {(number: number) => "answers" | "is silent" | "breaks"} how */
function workers(how) {
  const started = [];
  const start = () => {
    const number = started.length;
    const worker = {
      isEnded: false,
      terminate: () => (worker.isEnded = true),
      postMessage: ({ id }) => {
        if (how(number) === "answers")
          queueMicrotask(() => worker.onmessage({ data: { id, answer: number } }));
        if (how(number) === "breaks") queueMicrotask(() => worker.onerror({ message: "no such file" }));
      },
    };
    started.push(worker);
    return worker;
  };
  return { started, start };
}

/** Lets all happen that waits for no clock. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a Worker that never listens is replaced", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { started, start } = workers((number) => (number === 0 ? "is silent" : "answers"));
  const promise = lineTo(start);
  await settle();
  assert.equal(started.length, 1);
  mock.timers.tick(15_000);
  const line = await promise;
  assert.deepEqual(
    started.map(({ isEnded }) => isEnded),
    [true, false],
  );
  assert.equal(await line.ask("anything"), 1);
});

test("if none listens, a sentence says what to do", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { started, start } = workers(() => "is silent");
  const promise = assert.rejects(lineTo(start), /has not started the program that trains; reload/);
  for (let i = 0; i < 3; i++) {
    await settle();
    mock.timers.tick(60_000);
  }
  await promise;
  assert.ok(started.length === 3 && started.every(({ isEnded }) => isEnded));
});

test("a program that cannot be loaded is not loaded again", async () => {
  const { started, start } = workers(() => "breaks");
  await assert.rejects(lineTo(start), /broken down: no such file/);
  assert.equal(started.length, 1);
});

test("what comes in time is handed on, and what does not is an error", async () => {
  assert.equal(await within(Promise.resolve(3), 1000, "late"), 3);
  await assert.rejects(within(new Promise(() => {}), 1, "too late"), /too late/);
});
