/** What an address says of the tab that is open: links of all ages lead where they did. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stepIn, tabIn } from "../../gan/web/shell/address.js";

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
