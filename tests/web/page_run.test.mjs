// A run in the page, when the visitor goes to another page and the browser keeps this one for Back.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

// What the module needs of a browser when it is loaded; nothing is drawn here.
globalThis.OffscreenCanvas = class {
  getContext() {
    return {};
  }
};
globalThis.ImageData = class {
  data = new Uint8Array(4);
};
const { PageRun } = await import("../../gan/web/train/page_run.js");

const page = { window: new EventTarget(), reloads: 0 };

beforeEach(() => {
  page.window = new EventTarget();
  page.reloads = 0;
  const { window } = page;
  Object.assign(globalThis, {
    document: new EventTarget(),
    addEventListener: window.addEventListener.bind(window),
    removeEventListener: window.removeEventListener.bind(window),
    location: { reload: () => page.reloads++ },
  });
});

/** A run, and whether its Worker was ended. @param {string} status */
function begin(status) {
  const line = { isClosed: false, close: () => (line.isClosed = true), ask: async () => true };
  const run = new PageRun("abc", line);
  line.told({ kind: "snapshot", snapshot: { status, weights: null, arrays: {} } });
  return { run, line };
}

/** @param {string} name @param {boolean} persisted whether the browser keeps the page */
function move(name, persisted) {
  page.window.dispatchEvent(Object.assign(new Event(name), { persisted }));
}

test("a page that is kept for Back ends its Worker, and is loaded again on Back", () => {
  for (const status of ["running", "paused"]) {
    const { run, line } = begin(status);
    move("pagehide", true);
    assert.ok(line.isClosed && run.isGone);
    const before = page.reloads;
    move("pageshow", true);
    assert.equal(page.reloads, before + 1);
    move("pageshow", true);
    assert.equal(page.reloads, before + 1);
  }
});

test("a page that is closed for good leaves its Worker the time to write", () => {
  const { line } = begin("running");
  move("pagehide", false);
  move("pageshow", true);
  assert.ok(!line.isClosed);
  assert.equal(page.reloads, 0);
});

test("a run that is over stays, and so do its files", () => {
  const { run, line } = begin("stopped");
  move("pagehide", true);
  move("pageshow", true);
  assert.ok(!line.isClosed && !run.isGone);
  assert.equal(page.reloads, 0);
});

test("a run that another has replaced reloads nothing", () => {
  const { run } = begin("running");
  run.close();
  move("pagehide", true);
  move("pageshow", true);
  assert.equal(page.reloads, 0);
});
