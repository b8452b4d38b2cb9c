// What is found in a photograph of something written: pictures that the test makes, with what makes photographs hard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { frame } from "../../gan/web/draw/framing.js";
import { workingSize } from "../../gan/web/draw/photograph.js";
import { strokeWidth } from "../../gan/web/draw/strokes.js";
import { inkTaker, pictureTaker } from "../../gan/web/draw/taking.js";

const [WIDTH, HEIGHT] = [280, 210];
const SEVEN = [
  [105, 56],
  [168, 56],
  [126, 154],
];

/** How far a point is from a line through corners. */
function away(x, y, corners) {
  let least = Infinity;
  for (let i = 0; i + 1 < corners.length; i++) {
    const [[x0, y0], [x1, y1]] = [corners[i], corners[i + 1]];
    const along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2);
    const t = Math.min(1, Math.max(0, along));
    least = Math.min(least, Math.hypot(x - x0 - t * (x1 - x0), y - y0 - t * (y1 - y0)));
  }
  return least;
}

/** Normal noise that is the same each time. */
function noises(seed) {
  let state = seed;
  const uniform = () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * A photograph of a sheet with a 7 on it.
 * @param {object} how
 * @param {(x: number, y: number) => number} [how.paper] its brightness, 0…1
 * @param {(x: number, y: number) => number} [how.light] that falls on it
 * @param {number} [how.ink] brightness of the ink
 * @param {number} [how.pen] width of the stroke
 * @param {number} [how.noise] standard deviation, in grey levels
 * @param {[number, number][][]} [how.written]
 */
function photograph({
  paper = () => 0.9,
  light = () => 1,
  ink = 0.2,
  pen = 6,
  noise = 3,
  written = [SEVEN],
}) {
  const data = new Uint8ClampedArray(4 * WIDTH * HEIGHT);
  const random = noises(1);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const distance = Math.min(...written.map((corners) => away(x + 0.5, y + 0.5, corners)));
      const share = Math.min(1, Math.max(0, pen / 2 + 0.5 - distance));
      const level = 255 * light(x, y) * (paper(x, y) * (1 - share) + ink * share) + noise * random();
      data.set([level, level, level, 255], 4 * (y * WIDTH + x));
    }
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const PAD = { side: 280, filled: 200, pen: 22 };

/** What is taken of a photograph; nothing: the taker's own choice. */
function taken(raster, choice = {}) {
  const taker = inkTaker(raster, PAD, false);
  const { isLight = taker.isLight, point = null } = choice;
  return taker.take({ isLight, threshold: taker.threshold(isLight), point, ...choice });
}
const framed = ({ ink }) => frame(ink, 280, 28).picture;

/** How much of a picture another one does not share, both one pixel apart at most: [784] each. */
function difference(a, b) {
  const ink = b.reduce((sum, value) => sum + value ** 2, 0);
  const shifts = [-29, -28, -27, -1, 0, 1, 27, 28, 29];
  const apart = shifts.map((shift) =>
    b.reduce((sum, value, i) => sum + ((a[i + shift] ?? 0) - value) ** 2, 0),
  );
  return Math.min(...apart) / ink;
}

const CLEAN = framed(taken(photograph({ noise: 0 })));
/** Whether a place is on one of the lines that come every `period` pixels. */
const line = (at, period, half) => Math.abs(at - period * Math.round(at / period)) < half;

test("a 7 on white paper is framed as a drawn one", () => {
  const ink = new Uint8Array(280 * 280);
  const drawn = SEVEN.map(([x, y]) => [(x - 136.5) * (200 / 104) + 140, (y - 105) * (200 / 104) + 140]);
  for (let i = 0; i < ink.length; i++) {
    if (away((i % 280) + 0.5, Math.floor(i / 280) + 0.5, drawn) < 11) ink[i] = 255;
  }
  assert.ok(difference(CLEAN, frame(ink, 280, 28).picture) < 0.05);
});

for (const [name, how] of Object.entries({
  noise: { noise: 10 },
  "light that falls off": { light: (x, y) => 0.3 + (0.7 * x) / WIDTH - (0.1 * y) / HEIGHT },
  "the sharp edge of a shadow": { light: (x, y) => (x + 0.4 * y > 182 ? 0.45 : 1) },
  "a round shadow": { light: (x, y) => (Math.hypot(x - 231, y - 182) < 105 ? 0.5 : 1) },
  "ruled paper": { paper: (_, y) => (line(y, 17, 1) ? 0.55 : 0.9) },
  "ruled paper that is askew": { paper: (x, y) => (line(y + 0.05 * x, 17, 1) ? 0.55 : 0.9) },
  "squared paper": { paper: (x, y) => (line(y + 3, 14, 0.8) || line(x, 14, 0.8) ? 0.6 : 0.9) },
  "a dark table around the sheet": {
    paper: (x, y) => (Math.abs(x - 140) < 112 && Math.abs(y - 105) < 84 ? 0.9 : 0.25),
  },
  "a thin pen": { pen: 2 },
  "a pencil": { ink: 0.6, pen: 3 },
  "chalk on slate": { paper: () => 0.2, ink: 0.85 },
  "chalk under a lamp": { paper: () => 0.2, ink: 0.85, light: (x) => 0.5 + (0.5 * x) / WIDTH },
})) {
  test(`the 7 is found in spite of ${name}`, () => {
    const apart = difference(framed(taken(photograph(how))), CLEAN);
    assert.ok(apart < 0.1, `${apart.toFixed(3)} of it differs`);
  });
}

test("of several digits, the one in the middle is taken, and another can be", () => {
  const one = [
    [250, 60],
    [248, 150],
  ];
  const raster = photograph({ written: [SEVEN, one], noise: 0 });
  const first = taken(raster);
  assert.ok(difference(framed(first), CLEAN) < 0.02);
  assert.equal(first.others.length, 1);
  for (const point of [first.others[0], [262, 90]]) {
    const other = taken(raster, { point });
    const xs = other.marked.map((at) => at % WIDTH);
    assert.ok(Math.min(...xs) > 240 && Math.max(...xs) < 260, `${Math.min(...xs)} to ${Math.max(...xs)}`);
    assert.ok(difference(framed(taken(raster, { point: [130, 100] })), CLEAN) < 0.02);
  }
});

test("the threshold and the kind of ink can be corrected", () => {
  const faint = [
    [40, 60],
    [60, 150],
  ];
  const both = photograph({ noise: 0 });
  const pencil = photograph({ noise: 0, ink: 0.7, written: [faint] });
  const raster = { ...both, data: both.data.map((value, i) => Math.min(value, pencil.data[i])) };
  assert.equal(taken(raster).others.length, 0);
  assert.equal(taken(raster, { threshold: 30 }).others.length, 1);
  const right = difference(framed(taken(raster, { threshold: 30 })), CLEAN);
  assert.ok(right < 0.1, `${right}`);
  assert.deepEqual(taken(raster, { threshold: 250 }), { marked: [], unmarked: [], others: [] });
  const wrong = taken(raster, { isLight: true });
  assert.ok(!wrong.ink || difference(framed(wrong), CLEAN) > 0.5);
});

test("for a model of other drawings, all that is drawn is taken", () => {
  const eyes = [60, 200].map((x) => [
    [x, 60],
    [x, 80],
  ]);
  const mouth = [
    [70, 140],
    [130, 160],
    [190, 140],
  ];
  const raster = photograph({ written: [...eyes, mouth], noise: 0 });
  const taker = inkTaker(raster, PAD, true);
  const { marked, others } = taker.take({ isLight: false, threshold: taker.threshold(false), point: null });
  const xs = marked.map((at) => at % WIDTH);
  assert.equal(others.length, 0);
  assert.ok(Math.min(...xs) < 62 && Math.max(...xs) > 198);
});

test("an empty sheet gives nothing, and a tiny picture is enlarged", () => {
  assert.deepEqual(taken(photograph({ written: [], noise: 3 })).marked, []);
  const data = new Uint8ClampedArray(4 * 28 * 28).fill(255);
  for (let y = 5; y < 23; y++) data.set([0, 0, 0, 255, 0, 0, 0, 255], 4 * (28 * y + 13));
  const { ink } = taken(workingSize({ width: 28, height: 28, data }));
  const rows = [...Array(280).keys()].filter((y) => ink[280 * y + 140] > 128);
  assert.ok(Math.abs(rows.length - 200) < 12, `${rows.length} rows`);
});

test("the width of a stroke is measured", () => {
  for (const width of [3, 6, 10]) {
    const ink = new Uint8Array(80 * 80);
    for (let y = 10; y < 70; y++) ink.fill(1, 80 * y + 20, 80 * y + 20 + width);
    assert.ok(Math.abs(strokeWidth(ink, 80, 80) - width) < 1, `${strokeWidth(ink, 80, 80)}`);
  }
});

// --- Models of pictures ---

/** Pictures that have a light thing on a ground of one level. */
const modelPictures = (ground) =>
  Uint8Array.from({ length: 4 * 784 }, (_, i) => {
    const [x, y] = [i % 28, Math.floor((i % 784) / 28)];
    return Math.hypot(x - 14, y - 14) < 9 ? 160 : ground;
  });

test("a thing on a white table fills the picture, on the black ground of the model's pictures", () => {
  const width = 200;
  const data = Uint8ClampedArray.from({ length: 4 * width * 150 }, (_, i) => {
    const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
    const isThing = x >= 110 && x < 170 && y >= 20 && y < 50;
    return i % 4 === 3 ? 255 : isThing ? 60 : 225 + (i % 7);
  });
  const taker = pictureTaker({ width, height: 150, data }, { size: 28, channels: 1 }, modelPictures(0));
  assert.equal(taker.isLight, true);
  const { picture } = taker.take({ isLight: true, threshold: taker.threshold(true), point: null });
  const isThing = Array.from(picture, (value) => value > 100);
  assert.equal(isThing.filter(Boolean).length, 28 * 14);
  assert.ok(isThing[28 * 7] && isThing[28 * 20 + 27]);
  assert.ok([...picture.subarray(0, 28 * 7), ...picture.subarray(28 * 21)].every((value) => value === 0));
});

test("for a model in colour, the square in the middle is taken as it is", () => {
  const data = new Uint8ClampedArray(4 * 90 * 60).fill(255);
  for (let i = 0; i < 90 * 60; i++) data.set(i % 90 < 45 ? [200, 30, 10] : [10, 30, 200], 4 * i);
  const config = { size: 8, channels: 3 };
  const taker = pictureTaker({ width: 90, height: 60, data }, config, new Uint8Array(2 * 8 * 8 * 3));
  const { picture } = taker.take({ isLight: taker.isLight, threshold: taker.threshold(false), point: null });
  assert.deepEqual([...picture.subarray(0, 3)], [200, 30, 10]);
  assert.deepEqual([...picture.subarray(8 * 3 - 3, 8 * 3)], [10, 30, 200]);
});
