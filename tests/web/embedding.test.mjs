// What an address says of a page within another page, and of a game that is the same for everybody.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asFrame, embeddedIn } from "../../gan/web/shared/embedding.js";
import { tabIn } from "../../gan/web/shell/address.js";
import { gameIn, linkToGame } from "../../gan/web/train/game_link.js";

test("an address may ask for one page, or for one part of Learn", () => {
  assert.deepEqual(embeddedIn("?embed=explore"), { tab: "explore", part: null });
  assert.deepEqual(embeddedIn("?embed=learn&x=1"), { tab: "learn", part: null });
  assert.deepEqual(embeddedIn("?embed=learn-r1_gamma"), { tab: "learn", part: "learn-r1_gamma" });
  for (const search of ["", "?embed=", "?embed=other", "?embed=learn-%3Cb%3E", "?embed=exploreme"])
    assert.equal(embeddedIn(search), null, search);
  assert.equal(tabIn("?embed=train"), "train");
  assert.equal(tabIn("?embed=explore&tab=learn"), "explore");
});

test("the line of HTML leads to the embedded page, wherever it lies", () => {
  const here = "https://example.org/some/page/?tab=train&__theme=dark#model=mnist&seed=5";
  const line = asFrame("explore", { title: "A title", height: 700, hash: "#model=mnist&seed=7" }, here);
  assert.match(line, /^<iframe src="[^"]+" title="A title" [^>]+><\/iframe>$/);
  const source = line.match(/src="([^"]+)"/)[1].replaceAll("&amp;", "&");
  assert.equal(source, "https://example.org/some/page/?embed=explore#model=mnist&seed=7");
  assert.ok(!/&(?!amp;)/.test(line), "it is HTML");
  assert.match(asFrame("train", { title: "A title", height: 700 }, here), /page\/\?embed=train"/);
});

test("a game survives its link", () => {
  const next = { recipe: "article", seed: 7, isConditional: false };
  const link = linkToGame(next, "https://example.org/page/?watch=abc#model=mnist");
  assert.ok(link.startsWith("https://example.org/page/?"));
  assert.ok(!link.includes("watch") && !link.includes("#"));
  assert.deepEqual(gameIn(new URL(link).search), { ...next, isToStart: true });
  assert.equal(tabIn(new URL(link).search), "train");
});

test("what a link does not say, or says wrongly, stays as it is", () => {
  assert.equal(gameIn("?tab=train&start=1"), null);
  assert.deepEqual(gameIn("?seed=3"), { seed: 3, isToStart: false });
  for (const seed of ["-1", "1.5", "x", "", "2147483648"])
    assert.deepEqual(gameIn(`?seed=${seed}&recipe=fast`), { recipe: "fast", isToStart: false }, seed);
});
