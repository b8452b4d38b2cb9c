/** The formulas of the Learn page are those of formulas.tex, as the pinned Temml writes them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fill, parseFormulas, read, toMathML } from "./formulas.mjs";

test("the page has what `npm run formulas` writes", () => {
  const { page, filled } = read();
  assert.equal(page, filled, "run `npm run formulas` in tests/web");
});

test("each formula is on the page, and no other MathML is", () => {
  const { formulas, page } = read();
  const used = [...page.matchAll(/<!-- formula: ([\w-]+) -->/g)].map(([, name]) => name);
  assert.deepEqual(new Set(used), new Set(formulas.keys()));
  assert.equal(page.match(/<math/g)?.length, used.length);
});

test("another formula changes the page, where it is named and nowhere else", () => {
  const page = "<p>a <!-- formula: z --><math>old</math><!-- /formula --> b</p>";
  const changed = fill(page, parseFormulas("% of z\n\nz: \\(x + 1\\)\n"));
  const math = "<math><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></math>";
  assert.equal(changed, `<p>a <!-- formula: z -->${math}<!-- /formula --> b</p>`);
});

test("what is wrong is said", () => {
  assert.throws(() => fill("<!-- formula: y --><!-- /formula -->", new Map()), /no formula of the name y/);
  assert.throws(() => parseFormulas("z: $x$"), /no formula: z/);
  assert.throws(() => toMathML({ latex: "\\nonsense", displayMode: false }, ""), /nonsense/);
});

test("no line of the page is longer than 110 columns", () => {
  const page = readFileSync(new URL("../../gan/web/learn/learn.html", import.meta.url), "utf8");
  assert.deepEqual(
    page.split("\n").filter((line) => line.length > 110),
    [],
  );
});
