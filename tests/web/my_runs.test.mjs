// Which run is on the page, and which of one's own were put away.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const kept = new Map();
const address = { href: "http://forger/", search: "" };
Object.defineProperty(globalThis, "localStorage", {
  configurable: true,
  value: {
    setItem: (name, value) => kept.set(name, String(value)),
    getItem: (name) => kept.get(name) ?? null,
    removeItem: (name) => kept.delete(name),
  },
});
globalThis.location = address;
const { CurrentRun } = await import("../../gan/web/train/current_run.js");

/** A run that does what it is told at once. */
class Run {
  isMine = true;
  isGone = false;
  place = "server";
  snapshot = { step: 5, status: "running" };
  #changed = () => {};

  constructor(ticket) {
    this.ticket = ticket;
  }
  get isOver() {
    return this.snapshot.status === "stopped";
  }
  async stop() {
    this.#set("stopped");
  }
  async resume() {
    this.#set("running");
  }
  follow(_, changed) {
    this.#changed = changed;
  }
  leave() {
    this.#changed = () => {};
  }
  #set(status) {
    this.snapshot.status = status;
    this.#changed(true);
  }
}

let runs, mine, current, forgets;

beforeEach(() => {
  kept.clear();
  [runs, mine, forgets] = [new Map(), [], false];
  const host = {
    start: async ({ name }) => {
      runs.set(name, new Run({ name, key: "key" }));
      return runs.get(name);
    },
    find: async (ticket) => (forgets ? null : (runs.get(ticket?.name) ?? null)),
  };
  const same = (one) => (other) => one.name === other.ticket.name;
  current = new CurrentRun(host, {
    isWatched: () => true,
    replaced() {},
    changed() {},
    putAway: (run) => {
      mine = [run, ...mine.filter((other) => !same(run.ticket)(other))];
    },
    forgotten: (ticket) => {
      mine = mine.filter((other) => !same(ticket)(other));
    },
  });
});

const names = () => mine.map(({ ticket }) => ticket.name);

test("a run that another replaces is put away, and so is one that is stopped", async () => {
  await current.start({ name: "a" }, null, "First");
  assert.deepEqual(names(), []);
  await current.start({ name: "b" }, "frozen", "Second");
  assert.deepEqual(mine[0], { ticket: { name: "a", key: "key" }, title: "First", failing: null, step: 5 });
  await runs.get("b").stop();
  assert.deepEqual(names(), ["b", "a"]);
  assert.equal(mine[0].failing, "frozen");
});

test("a run that was put away comes back, and the one that was on is put away", async () => {
  await current.start({ name: "a" }, "frozen", "First");
  await current.start({ name: "b" }, null, "Second");
  await current.show(mine[0], true);
  assert.equal(current.run.ticket.name, "a");
  assert.equal(current.failing, "frozen");
  assert.equal(current.run.snapshot.status, "running");
  assert.deepEqual(names(), ["b"], "what is on the page is not in the list");
  assert.ok(runs.get("b").isOver);
  await current.show(mine[0], false);
  assert.equal(current.run.snapshot.status, "stopped", "it is only shown");
});

test("a run that nobody keeps any more ends nothing", async () => {
  await current.start({ name: "a" }, null, "First");
  await current.start({ name: "b" }, null, "Second");
  forgets = true;
  await assert.rejects(current.show(mine[0], true), /kept no longer/);
  assert.deepEqual(names(), []);
  assert.equal(current.run.ticket.name, "b");
  assert.ok(!current.run.isOver);
});

test("a run that has taken no step, is another's or is gone is not put away", async () => {
  await current.start({ name: "a" }, null, "First");
  runs.get("a").snapshot.step = 0;
  await current.start({ name: "b" }, null, "Second");
  runs.get("b").isGone = true;
  await current.start({ name: "c" }, null, "Third");
  runs.get("c").isMine = false;
  await current.start({ name: "d" }, null, "Fourth");
  assert.deepEqual(names(), []);
});
