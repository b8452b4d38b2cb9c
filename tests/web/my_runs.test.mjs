// Which run is on the page, and which of one's own were put away.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** @param {Map<string, string>} kept */
const storage = (kept) => ({
  setItem: (name, value) => kept.set(name, String(value)),
  getItem: (name) => kept.get(name) ?? null,
  removeItem: (name) => kept.delete(name),
});

/** What the browser keeps, for all tabs and for one. */
const kept = new Map();
const here = new Map();
const held = new Set(); // the locks of all tabs
const locks = {
  query: async () => ({ held: [...held].map((name) => ({ name })) }),
  request: async (name, _, act) => {
    held.add(name);
    await act();
    held.delete(name);
  },
};
for (const [name, value] of Object.entries({
  localStorage: storage(kept),
  sessionStorage: storage(here),
  navigator: { locks },
  location: { href: "http://forger/", search: "" },
})) {
  Object.defineProperty(globalThis, name, { configurable: true, value });
}
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
  async pause() {
    this.#set("paused");
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

let runs, mine, current, forgets, games;

beforeEach(() => {
  for (const each of [kept, here, held]) each.clear();
  [runs, mine, forgets, games] = [new Map(), [], false, []];
  current = openTab();
});

/** The run of a tab that is opened. */
function openTab() {
  const host = {
    start: async ({ name }) => {
      if (name === "refused") throw new Error("there is no place");
      runs.set(name, new Run({ name, key: "key" }));
      return runs.get(name);
    },
    find: async (ticket) => (forgets ? null : (runs.get(ticket?.name) ?? null)),
  };
  const same = (one) => (other) => one.name === other.ticket.name;
  return new CurrentRun(host, {
    isWatched: () => true,
    found: (game, place) => games.push([game, place]),
    replaced() {},
    changed() {},
    putAway: (run) => {
      mine = [run, ...mine.filter((other) => !same(run.ticket)(other))];
    },
    forgotten: (ticket) => {
      mine = mine.filter((other) => !same(ticket)(other));
    },
  });
}

/** Lets promises settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

const names = () => mine.map(({ ticket }) => ticket.name);

test("a run that another replaces is put away, and so is one that is stopped", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  assert.deepEqual(names(), []);
  await current.start({ name: "b", seed: 0 }, "frozen", "Second");
  const { game, ...first } = mine[0];
  assert.deepEqual(first, { ticket: { name: "a", key: "key" }, title: "First", failing: null, step: 5 });
  assert.equal(game.seed, 0);
  await runs.get("b").stop();
  assert.deepEqual(names(), ["b", "a"]);
  assert.equal(mine[0].failing, "frozen");
});

test("a run that was put away comes back, and the one that was on is put away", async () => {
  await current.start({ name: "a", seed: 0 }, "frozen", "First");
  await current.start({ name: "b", seed: 0 }, null, "Second");
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
  await current.start({ name: "a", seed: 0 }, null, "First");
  await current.start({ name: "b", seed: 0 }, null, "Second");
  forgets = true;
  await assert.rejects(current.show(mine[0], true), /kept no longer/);
  assert.deepEqual(names(), []);
  assert.equal(current.run.ticket.name, "b");
  assert.ok(!current.run.isOver);
});

test("a run that has taken no step, is another's or is gone is not put away", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  runs.get("a").snapshot.step = 0;
  await current.start({ name: "b", seed: 0 }, null, "Second");
  runs.get("b").isGone = true;
  await current.start({ name: "c", seed: 0 }, null, "Third");
  runs.get("c").isMine = false;
  await current.start({ name: "d", seed: 0 }, null, "Fourth");
  assert.deepEqual(names(), []);
});

test("a seed that is none ends nothing", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  for (const seed of [-1, 1.5, Number.NaN, 2 ** 31, "7"])
    await assert.rejects(current.start({ name: "b", seed }, null, "Second"), /A seed is a whole number/);
  assert.equal(current.run, runs.get("a"));
  assert.ok(!runs.get("a").isOver);
});

test("pictures of one's own that are still missing end nothing", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  const wish = { name: "b", seed: 0, dataset: "own pictures", pictures: null };
  await assert.rejects(current.start(wish, "frozen", "Second"), /Choose your pictures first/);
  assert.equal(current.run.ticket.name, "a");
  assert.equal(current.run.snapshot.status, "running");
});

test("a start that is refused leaves the run that was on as it is", async () => {
  await current.start({ name: "a", seed: 0 }, "frozen", "First");
  const run = runs.get("a");
  const refused = () => current.start({ name: "refused", seed: 0 }, null, "Second");
  for (const place of ["server", "page"]) {
    for (const status of ["running", "paused"]) {
      Object.assign(run, { place });
      run.snapshot.status = status;
      await assert.rejects(refused, /there is no place/);
      assert.equal(run.snapshot.status, status);
      assert.equal(current.run, run);
      assert.equal(current.failing, "frozen");
      assert.deepEqual(names(), [], "it is not put away");
      assert.ok(kept.has("forger-run"), "a reload finds it");
    }
  }
});

test("a run that cannot go on leaves the run that is on as it is", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  await current.start({ name: "b", seed: 0 }, null, "Second");
  runs.get("a").resume = async () => {
    throw new Error("there is no place");
  };
  await assert.rejects(current.show(mine[0], true), /there is no place/);
  assert.equal(current.run, runs.get("b"));
  assert.equal(current.run.snapshot.status, "running");
  assert.deepEqual(names(), ["a"]);
  runs.get("a").place = "page";
  runs.get("a").snapshot.status = "paused"; // as it is found
  await assert.rejects(current.show(mine[0], true), /there is no place/);
  assert.ok(runs.get("a").isOver, "its Worker keeps no memory");
  assert.equal(current.run, runs.get("b"));
});

test("what a run was started with is found again with it", async () => {
  const wish = { recipe: "fast", seed: 7, conditional: false, dataset: "fashion-mnist" };
  await current.start({ name: "a", ...wish, first_command: "run" }, null, "First");
  const reloaded = openTab();
  await reloaded.find();
  assert.deepEqual(games, [[wish, runs.get("a").place]]);
});

test("what a run was started with is chosen again when it comes back from My runs", async () => {
  const own = { recipe: "fast", seed: 7, conditional: false, dataset: "own pictures" };
  await current.start({ name: "a", ...own, pictures: {} }, null, "First");
  await current.start({ name: "b", seed: 0, conditional: true, dataset: "mnist" }, null, "Second");
  await current.show(mine[0], false);
  assert.deepEqual(games, [[own, "server"]]);
  await current.show({ ...mine[0], game: undefined }, false);
  assert.equal(games.length, 1, "one that was put away before this was kept changes no choice");
});

test("a run that is found when another has been started already is ended and put away", async () => {
  const wish = { recipe: "fast", seed: 7, conditional: false, dataset: "mnist" };
  await current.start({ name: "a", ...wish }, null, "First");
  runs.get("a").place = "page";
  const reloaded = openTab();
  const finding = reloaded.find();
  await reloaded.start({ name: "b", seed: 0 }, null, "Second");
  await finding;
  assert.equal(reloaded.run.ticket.name, "b");
  assert.ok(runs.get("a").isOver, "its Worker keeps no memory");
  assert.deepEqual(mine, [
    { ticket: { name: "a", key: "key" }, title: "First", failing: null, step: 5, game: wish },
  ]);
});

test("a failure, which is never told the class, leaves that choice as it is", async () => {
  await current.start({ name: "a", recipe: "frozen", seed: 7, conditional: false }, "frozen", "First");
  await openTab().find();
  assert.deepEqual(games, [[{ recipe: "frozen", seed: 7 }, "server"]]);
});

test("two tabs keep a run each, and a reload finds that of its tab", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  const hereOfFirst = new Map(here);
  here.clear();
  const other = openTab();
  await other.find();
  assert.equal(other.run, null, "the first tab has its run still");
  await other.start({ name: "b", seed: 0 }, null, "Second");
  assert.ok(!runs.get("a").isOver, "and goes on with it");
  here.clear();
  for (const [name, value] of hereOfFirst) here.set(name, value);
  const reloaded = openTab();
  await reloaded.find();
  assert.equal(reloaded.run.ticket.name, "a");
});

test("a new tab finds the run of a tab that was closed, and not one that was stopped in the page", async () => {
  await current.start({ name: "a", seed: 0 }, null, "First");
  for (const each of [here, held]) each.clear(); // the tab is closed
  const later = openTab();
  await later.find();
  assert.equal(later.run.ticket.name, "a");
  runs.get("a").place = "page";
  await runs.get("a").stop();
  await settle();
  assert.equal(held.size, 0);
  assert.equal(kept.get("forger-run"), undefined);
  const last = openTab();
  await last.find();
  assert.equal(last.run, null);
});
