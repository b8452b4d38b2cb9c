// A run on the server, as the page knows it when the server has forgotten it.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { readTensors, writeTensors } from "../../gan/web/engine/tensors.js";
import { RunStore } from "../../gan/web/training/store.js";
import { installDatabase } from "./fake_database.mjs";

// What the modules need of a browser when they are loaded; nothing is drawn here.
globalThis.OffscreenCanvas = class {
  getContext() {
    return {};
  }
};
globalThis.ImageData = class {
  data = new Uint8Array(4);
};
installDatabase();
const { ServerRun, serverRuns } = await import("../../gan/web/train/server_run.js");
const { viewOf } = await import("../../gan/web/train/status.js");

const TICKET = { name: "abcdefghijkl", key: "key" };
const run = new ServerRun(TICKET);
after(() => run.leave());

/** A snapshot as the server packs it. @param {number} version */
function packed(version, dataset = "mnist") {
  const step = 10 * version;
  const frames = [0, 5, step];
  const snapshot = { version, step, frames, states: [0], status: "running", dataset, images: 0 };
  const fields = { message: "", rate: 1, seconds: 1, hyper: {}, class_names: [] };
  const samples = { shape: [64, 28, 28, 1], values: new Uint8Array(64 * 784).fill(version) };
  const curve = { shape: [8, 1], values: Float32Array.from({ length: 8 }, (_, i) => i) };
  return writeTensors({ samples, curve }, { snapshot: JSON.stringify({ ...snapshot, ...fields }) });
}

/** Lets the server answer. @param {(Response | null)[]} answers the last is given again and again */
async function hear(...answers) {
  for (const answer of answers) {
    const heard = new Promise((resolve) => {
      globalThis.fetch = async (url) => {
        assert.match(String(url), /watch/);
        setTimeout(resolve, 5);
        return answer;
      };
    });
    await heard;
  }
}

test("what the page has seen of a run outlasts the server, and can be saved", async () => {
  globalThis.document = Object.assign(new EventTarget(), { hidden: false, baseURI: "http://forger/" });
  globalThis.fetch = async () => new Response(packed(1), { headers: { "Forger-Server": "a" } });
  let isNew = null;
  run.follow(
    () => true,
    (news) => (isNew = news),
  );
  await hear(new Response(packed(2), { headers: { "Forger-Server": "a" } }));
  const over = { status: 404, headers: { "Forger-Server": "b" } };
  await hear(Response.json({ error: "this run is over" }, over));
  assert.ok(run.isGone && run.isOver && run.isRestarted);
  assert.ok(isNew, "the timeline is shown anew");
  assert.deepEqual(run.snapshot.frames.at(-1), 20);
  assert.ok(!run.snapshot.frames.includes(5), "a picture that the page has not seen is gone");
  assert.deepEqual(run.snapshot.states, [], "it cannot go back");
  globalThis.fetch = () => assert.fail("nothing is asked any more");
  assert.equal((await run.pictures(20))[0], 2);
  assert.equal(await run.pictures(5), null);
  assert.deepEqual(run.files, ["film", "metrics"]);
  assert.equal(run.file("film"), null);
  assert.equal(run.link, null);
});

test("the page says that the server was started again, and what stays", () => {
  const view = viewOf(run, false, "digits");
  assert.match(view.reasons.join(), /the server was started again.*pictures and curves stay/);
  assert.ok(view.canSave && !view.canStop && !view.canChange);
  assert.equal(view.go, "Start");
  const unknown = Object.assign(new ServerRun(TICKET), { isGone: true });
  assert.deepEqual(viewOf(unknown, false, "digits").reasons, ["this run is over; start another"]);
});

test("a run whose pace is not known says nothing of it", () => {
  const found = { status: "paused", step: 76, images: 2432, seconds: 7.3, queue_position: 0, message: "" };
  const factsAt = (rate) => {
    const run = Object.assign(new ServerRun(TICKET), { snapshot: { ...found, rate, workers: 1 } });
    return viewOf(run, false, "pictures").facts.slice(3);
  };
  assert.deepEqual(factsAt(0), ["in this page, 1 Worker"], "it was kept before the page was loaded again");
  assert.deepEqual(factsAt(300), ["300 pictures/s", "in this page, 1 Worker"]);
});

/** Six pictures of two kinds, as the page has read them. */
const OWN = {
  images: Uint8Array.from({ length: 6 * 784 }, (_, i) => i % 251),
  labels: Uint8Array.of(0, 1, 0, 1, 0, 1),
  class_names: ["猫", "dog"],
  channels: 1,
  size: 28,
  polarity: "invert",
};
const WISH = { dataset: "own pictures", pictures: OWN, recipe: "fast", seed: 1 };
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Starts a run on them. @param {string} name that the server gives it @returns what was sent */
async function startOwn(name) {
  let sent = null;
  globalThis.fetch = async (_, { body }) => {
    sent = readTensors(body.slice().buffer);
    return Response.json({ name, key: "key" });
  };
  await ServerRun.start(WISH);
  return sent;
}

/** What a page that has just been loaded finds out about a run. @param {{name: string, key?: string}} ticket */
async function originalsAfterReload(ticket) {
  globalThis.fetch = async () => new Response(packed(1, "own pictures"));
  const found = await serverRuns.find(ticket);
  await new Promise((resolve) => {
    found.follow(
      () => true,
      () => found.originals && resolve(),
    );
  });
  found.leave();
  return found.originals;
}

test("no name is sent with a visitor's own pictures, but how they were read", async () => {
  const { arrays, metadata } = await startOwn("sent00000000");
  assert.deepEqual(arrays.images.shape, [6, 28, 28, 1]);
  assert.deepEqual([...arrays.labels.values], [0, 1, 0, 1, 0, 1]);
  assert.deepEqual(metadata, { polarity: "invert" });
});

test("after a reload a run on a server has its visitor's own pictures again, and nobody else has", async () => {
  await startOwn("mine00000000");
  await settle();
  const { own, class_names, shown } = await originalsAfterReload({ name: "mine00000000", key: "key" });
  assert.deepEqual(own, OWN);
  assert.deepEqual([class_names, shown], [["猫", "dog"], 6]);
  assert.equal((await originalsAfterReload({ name: "mine00000000" })).own, null, "who watches has no key");
  assert.equal((await originalsAfterReload({ name: "other0000000", key: "key" })).own, null);
});

test("a set on the server of fewer pictures than the wall has places for is shown", async () => {
  const offer = { name: "fish", status: "ready", class_names: [], size: 32, channels: 3 };
  globalThis.fetch = async (url) =>
    String(url).includes("reals") ? new Response(new Uint8Array(30 * 32 * 32 * 3)) : Response.json([offer]);
  const { shown, shape, plural } = await serverRuns.originals("fish");
  assert.deepEqual([shown, shape.size, shape.channels, plural], [30, 32, 3, "pictures"]);
});

test("the browser forgets them with the run, and keeps those of the latest runs only", async () => {
  const store = new RunStore();
  await startOwn("gone00000000");
  await settle();
  Object.defineProperty(globalThis, "navigator", { value: { sendBeacon: () => true }, configurable: true });
  serverRuns.forget({ name: "gone00000000", key: "key" });
  await settle();
  assert.equal(await store.sentTo("gone00000000"), null);
  for (let i = 0; i < 7; i++) await store.keepSent(`run${i}`, { name: "own pictures", dataset: OWN });
  const kept = await Promise.all(Array.from({ length: 7 }, (_, i) => store.sentTo(`run${i}`)));
  assert.deepEqual(
    kept.map((each) => each !== null),
    [false, true, true, true, true, true, true],
  );
});
