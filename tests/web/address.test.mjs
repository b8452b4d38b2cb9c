/** What an address says of the tab that is open: links of all ages lead where they did. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forSpace, writeAddress } from "../../gan/web/shared/address_bar.js";
import { stepIn, tabIn, writeTab } from "../../gan/web/shell/address.js";

const HERE = "https://ann-forger.static.hf.space/";
let entries = []; // of the browser's history
let told = []; // what the page around this one was told

/** A browser with this page in a page of another site. */
function visit(address, { above = "", referrer = "" } = {}) {
  entries = [address];
  told = [];
  const write = (address) => {
    globalThis.location = Object.assign(new URL(address, location.href), {
      ancestorOrigins: above ? [above] : undefined,
    });
  };
  globalThis.location = { href: address };
  write(address);
  globalThis.window = globalThis;
  globalThis.parent = above || referrer ? { postMessage: (...message) => told.push(message) } : globalThis;
  globalThis.document = { referrer };
  globalThis.history = {
    state: null,
    pushState: (_state, _title, address) => {
      write(address);
      entries.push(location.href);
    },
    replaceState: (_state, _title, address) => {
      write(address);
      entries[entries.length - 1] = location.href;
    },
  };
}

beforeEach(() => visit(HERE));

test("an address opens a tab", () => {
  const tabs = {
    "": "explore",
    "?tab=Train": "train",
    "?tab=learn": "learn",
    "?tab=Learn&__theme=dark": "learn",
    "?watch=abc": "train",
    "?watch=abc&tab=Learn": "learn",
    "?step=600": "train",
    "?step=later": "explore",
    "?tab=elsewhere": "explore",
  };
  for (const [search, tab] of Object.entries(tabs)) assert.equal(tabIn(search), tab, search);
});

test("an address may name a step of the recorded run", () => {
  assert.equal(stepIn("?step=0"), 0);
  for (const search of ["", "?step=", "?step=-3", "?step=1.5", "?step=x"])
    assert.equal(stepIn(search), null, search);
});

test("another tab is another entry of the history, and the same tab is not", () => {
  writeTab("train");
  writeTab("train", 600);
  writeTab("train");
  writeTab("learn");
  writeTab("explore");
  assert.deepEqual(entries, [HERE, `${HERE}?tab=train`, `${HERE}?tab=learn`, HERE]);
});

test("what a browser refuses to write is no error", () => {
  history.replaceState = () => {
    throw new Error("SecurityError");
  };
  writeAddress(`${HERE}#model=mnist`);
});

test("the page around a Space is told the address, and no other page is", () => {
  const message = { queryString: "tab=train", hash: "#seed=5" };
  for (const site of [{ above: "https://huggingface.co" }, { referrer: "https://huggingface.co/" }]) {
    visit(`${HERE}?__theme=dark&__sign=secret#seed=5`, site);
    writeTab("train");
    assert.deepEqual(told, [[message, "https://huggingface.co"]]);
  }
  for (const site of [{}, { above: "https://school.example" }, { referrer: "https://school.example/" }]) {
    visit(HERE, site);
    writeTab("train");
    assert.deepEqual(told, []);
  }
  assert.equal(forSpace(new URL(`${HERE}?__sign=secret`)).queryString, "");
});
