// The page's state: in a link and back, in another model, and in the past.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHash, strayIn, toHash } from "../../gan/web/shared/links.js";
import { fresh, History, inModel } from "../../gan/web/shared/state.js";

const MODELS = [
  { id: "mnist-digits", classes: 10 },
  { id: "mnist", classes: 0 },
];
const usual = fromHash("", MODELS);

test("an empty link is the usual state, and what is as usual is left out of a link", () => {
  assert.deepEqual(usual, fresh);
  assert.equal(toHash(usual, MODELS), "#model=mnist-digits&seed=7&digit=3");
  assert.equal(toHash({ ...usual, model: 1 }, MODELS), "#model=mnist&seed=7");
});

test("a link to what this page does not have is told", () => {
  const models = [...MODELS, { id: "clothes", classes: 2, class_names: ["Bag", "Coat"] }];
  for (const hash of ["", "#seed=9", "#model=mnist&seed=1", "#model=clothes&class=Coat", "#train"])
    assert.equal(strayIn(hash, models), "");
  assert.match(strayIn("#model=nosuch&seed=9", models), /no model “nosuch”/);
  assert.match(strayIn("#model=clothes&class=Hat", models), /no class “Hat”/);
  assert.ok(strayIn(`#model=${"x".repeat(9999)}`, models).length < 120);
});

test("a link brings back all that makes a picture", () => {
  const state = {
    ...usual,
    view: "map",
    seed: 41,
    digit: 9,
    truncation: 0.9,
    shifts: { 1: 1.25 },
    edits: { 3: -1.5 },
  };
  const hash = toHash(state, MODELS);
  assert.equal(hash, "#model=mnist-digits&seed=41&digit=9&view=map&truncation=0.9&move=1:1.25&axes=3:-1.5");
  assert.deepEqual(fromHash(hash, MODELS), state);
});

test("a link brings back a morph with its stops", () => {
  const [first, second] = usual.path.stops;
  const stops = [
    { ...first, shifts: { 0: 2, 3: -1 } },
    { ...second, edits: { 5: 0.25 }, source: "yours" },
  ];
  const path = { stops, way: "features", loop: false, ease: false, speed: 0.5, isGrid: true };
  const state = { ...usual, view: "morph", path };
  assert.deepEqual(fromHash(toHash(state, MODELS), MODELS), state);
});

test("a link brings back the map that was chosen", () => {
  for (const [map, text] of [
    [{ kind: "plane", across: 2, up: 4 }, "plane~2~4"],
    [{ kind: "seeds", seeds: [7, 12, 9] }, "seeds~7~12~9"],
  ]) {
    const state = { ...usual, view: "map", map: { ...usual.map, ...map } };
    assert.ok(toHash(state, MODELS).includes(`&map=${text}`));
    assert.deepEqual(fromHash(toHash(state, MODELS), MODELS), state);
  }
  for (const text of ["globe", "plane~-1~x", "seeds~7", "seeds~1~2~3~4"]) {
    const { across, up, seeds } = fromHash(`#view=map&map=${text}`, MODELS).map;
    assert.deepEqual([across, up, seeds], [0, 1, null]);
  }
});

test("a link brings back the colours of a map, and what of it was in sight", () => {
  const map = { ...usual.map, hue: "score", section: { x: 0.12346, y: -0.5, zoom: 2.5 } };
  const state = { ...usual, view: "map", map };
  const hash = toHash(state, MODELS);
  assert.equal(hash, "#model=mnist-digits&seed=7&digit=3&view=map&hue=score&section=0.12346~-0.5~2.5");
  assert.deepEqual(fromHash(hash, MODELS), state);
  for (const text of ["x", "0~0~99", "9~-9~NaN", "~~", "1e9~0~0"])
    assert.deepEqual(fromHash(`#view=map&section=${text}`, MODELS).map.section, usual.map.section, text);
  assert.equal(fromHash("#view=map&hue=pink", MODELS).map.hue, "class");
  assert.deepEqual(inModel(state, 1, MODELS).map.section, usual.map.section, "of another model's map");
});

test("a link brings back what is shown beside the picture, and undo takes it away again", () => {
  const state = { ...usual, saliency: true, copies: true };
  const hash = toHash(state, MODELS);
  assert.equal(hash, "#model=mnist-digits&seed=7&digit=3&show=saliency~copies");
  assert.deepEqual(fromHash(hash, MODELS), state);
  const { saliency, copies } = fromHash("#seed=7&show=copies~x", MODELS);
  assert.deepEqual([saliency, copies], [false, true]);
  assert.deepEqual(inModel(state, 1, MODELS).saliency, true, "in another model too");
  const history = new History(usual);
  history.keep(state);
  assert.deepEqual(history.go(-1), usual);
});

test("a link brings back a sheet of samples", () => {
  const state = { ...usual, view: "samples", sheet: { first: 4711, label: 8 } };
  const hash = toHash(state, MODELS);
  assert.equal(hash, "#model=mnist-digits&seed=7&digit=3&view=samples&sheet=4711~8");
  assert.deepEqual(fromHash(hash, MODELS), state);
  for (const text of ["-1~-2", "x~10", ""])
    assert.deepEqual(fromHash(`#view=samples&sheet=${text}`, MODELS).sheet, usual.sheet, text);
  assert.equal(inModel(state, 1, MODELS).sheet.label, usual.sheet.label, "a model without classes");
});

test("links made before still open", () => {
  const link = "#model=mnist-digits&seed=7&digit=3&view=morph&stops=4~3!12~3!7~3&way=lerp&loop=0&ease=0";
  const { view, path } = fromHash(link, MODELS);
  assert.equal(view, "morph");
  assert.deepEqual(
    path.stops.map(({ seed, digit }) => [seed, digit]),
    [
      [4, 3],
      [12, 3],
      [7, 3],
    ],
  );
  assert.deepEqual([path.way, path.loop, path.ease], ["lerp", false, false]);
  assert.equal(
    fromHash("#model=mnist-digits&seed=7&digit=7&axes=0:1&source=theirs", MODELS).source,
    "theirs",
  );
});

test("what is senseless in a link is as usual", () => {
  const link = "#model=none&seed=-5&digit=77&view=x&truncation=NaN&stops=1&way=x&source=toString";
  assert.deepEqual(fromHash(link, MODELS), usual);
  assert.deepEqual(fromHash("#%%%", MODELS), usual);
  assert.deepEqual(fromHash("#model=mnist-digits&move=99:1,x:y,0:1e9&axes=::,", MODELS).edits, {});
  assert.deepEqual(fromHash("#model=mnist-digits&move=0:2,abc:1,1.5:1,9e9:1,3:1:1", MODELS).shifts, { 0: 2 });
  assert.equal(fromHash("#seed=4.7", MODELS).seed, 4);
  assert.equal(fromHash("#seed=2147483648", MODELS).seed, 7);
});

test("a morph has at most eight stops", () => {
  const stops = Array.from({ length: 12 }, (_, i) => `${i}~1`).join("!");
  assert.equal(fromHash(`#view=morph&stops=${stops}`, MODELS).path.stops.length, 8);
});

test("another model forgets the directions of the one before, and has no class that it does not know", () => {
  const models = [...MODELS, { id: "five", classes: 5 }];
  const moved = { ...usual, digit: 9, shifts: { 0: 1 }, edits: { 0: 1 } };
  const five = inModel(moved, 2, models);
  assert.deepEqual([five.model, five.digit, five.shifts, five.edits], [2, 4, {}, {}]);
  assert.ok(five.path.stops.every(({ digit }) => digit <= 4));
  assert.equal(inModel(moved, 1, models).digit, 9); // it comes back with the first model
});

test("undo and redo go from state to state, and a new state ends what could be redone", () => {
  const history = new History(usual);
  assert.ok(!history.canUndo && !history.canRedo);
  history.keep(usual);
  assert.ok(!history.canUndo); // nothing has changed
  history.keep({ ...usual, seed: 1 });
  history.keep({ ...usual, seed: 2 });
  assert.equal(history.go(-1).seed, 1);
  assert.ok(history.canUndo && history.canRedo);
  assert.equal(history.go(1).seed, 2);
  assert.equal(history.go(1), null);
  history.go(-1);
  history.keep({ ...usual, seed: 3 });
  assert.ok(!history.canRedo);
  assert.equal(history.go(-1).seed, 1);
  assert.equal(history.go(-1).seed, 7);
  assert.equal(history.go(-1), null);
});

test("a state that was kept does not follow what is done to the object later", () => {
  const state = structuredClone(usual);
  const history = new History(state);
  state.shifts[0] = 3;
  history.keep({ ...usual, seed: 1 });
  assert.deepEqual(history.go(-1).shifts, {});
});

test("no more than 200 states are kept", () => {
  const history = new History(usual);
  for (let seed = 1000; seed < 1300; seed++) history.keep({ ...usual, seed });
  let steps = 0;
  while (history.go(-1)) steps++;
  assert.equal(steps, 199);
});
