// A run on the server, as the page knows it when the server has forgotten it.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { writeTensors } from "../../gan/web/engine/tensors.js";

// What the modules need of a browser when they are loaded; nothing is drawn here.
globalThis.OffscreenCanvas = class {
  getContext() {
    return {};
  }
};
globalThis.ImageData = class {
  data = new Uint8Array(4);
};
const { ServerRun } = await import("../../gan/web/train/server_run.js");
const { viewOf } = await import("../../gan/web/train/status.js");

const TICKET = { name: "abcdefghijkl", key: "key" };
const run = new ServerRun(TICKET);
after(() => run.leave());

/** A snapshot as the server packs it. @param {number} version */
function packed(version) {
  const step = 10 * version;
  const frames = [0, 5, step];
  const snapshot = { version, step, frames, states: [0], status: "running", dataset: "mnist", images: 0 };
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
  assert.ok(view.canSave && !view.canStop);
  assert.equal(view.go, "Start");
  const unknown = Object.assign(new ServerRun(TICKET), { isGone: true });
  assert.deepEqual(viewOf(unknown, false, "digits").reasons, ["this run is over; start another"]);
});
