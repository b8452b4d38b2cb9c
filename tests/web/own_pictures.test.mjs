// A visitor's own pictures in the page: their size and polarity, which of them count as line drawings, and what is said of
// few. Pictures are made here, as if a browser had decoded them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestOf } from "../../gan/web/engine/nearest.js";
import { mapSides, SIZES } from "../../gan/web/engine/stages.js";
import { verdictOn } from "../../gan/web/train/copying.js";
import { WORK } from "../../gan/web/train/pictures/fitting.js";
import { readPictures } from "../../gan/web/train/pictures/reading.js";
import { areDrawings } from "../../gan/web/training/drawings.js";
import { remarksOn } from "../../gan/web/training/few_pictures.js";
import { forSize } from "../../gan/web/training/recipe.js";

/** A picture whose pixels a function gives. @param {number} width @param {(x: number, y: number) => number[]} colour */
function raster(width, colour, height = width) {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), 4 * (y * width + x));
  }
  return { width, height, data };
}

const grey = (level) => [level, level, level];
const photograph = (side) => raster(side, (x, y) => grey(40 + ((5 * x + 3 * y) % 180)));
const stroke = (side, ink, ground) =>
  raster(side, (x) => grey(Math.abs(x - side / 2) < side / 16 ? ink : ground));

/** Reads pictures that are decoded already. */
function read(rasters, choice = {}) {
  const files = rasters.map((_, i) => ({ name: `${i}.png`, size: 1, open: async () => new Blob() }));
  const decode = async (file) => rasters[files.indexOf(file)];
  return readPictures(files, { size: null, decode, ...choice });
}

const several = (make) => Array.from({ length: 4 }, make);

test("the pictures decide on their size, unless the visitor does", async () => {
  const sizeOf = async (rasters, choice) => (await read(rasters, choice)).dataset.size;
  assert.equal(await sizeOf(several(() => photograph(100))), 64);
  assert.equal(await sizeOf(several(() => photograph(31))), 32);
  assert.equal(await sizeOf(several(() => stroke(100, 0, 255))), 28);
  assert.equal(
    await sizeOf(
      several(() => stroke(100, 0, 255)),
      { size: 64 },
    ),
    64,
  );
  const { dataset, summary } = await read([photograph(64)], { size: 32 });
  assert.equal(dataset.images.length, 32 * 32);
  assert.match(summary, /^1 picture, 32×32 in grey, no classes/);
});

test("dark drawings become light on dark, photographs stay, and the visitor may choose otherwise", async () => {
  const drawn = several(() => stroke(28, 10, 250));
  const inverted = await read(drawn);
  assert.equal(inverted.dataset.images[0], 5);
  assert.match(inverted.summary, /dark and light were inverted/);
  const kept = await read(drawn, { polarity: "keep" });
  assert.equal(kept.dataset.images[0], 250);
  assert.deepEqual(
    [inverted.dataset.polarity, kept.dataset.polarity],
    ["auto", "keep"],
    "for files that go on in Python",
  );
  assert.doesNotMatch(kept.summary, /inverted/);
  const photographs = several(() => photograph(28));
  assert.equal((await read(photographs)).dataset.images[0], 40);
  const negative = await read(photographs, { polarity: "invert" });
  assert.equal(negative.dataset.images[0], 215);
  assert.match(negative.summary, /dark and light were inverted/, "which is true of what is no ink, too");
});

test("grey photographs are no line drawings, however dark their corners are", async () => {
  const dark = raster(28, (x, y) => grey(Math.max(20, 240 - 16 * Math.hypot(x - 13.5, y - 13.5))));
  const isDrawn = async (rasters, choice) => areDrawings((await read(rasters, choice)).dataset);
  assert.equal(await isDrawn(several(() => photograph(28))), false);
  assert.equal(await isDrawn(several(() => dark)), false);
  assert.equal(await isDrawn(several(() => stroke(28, 255, 0))), true);
  assert.equal(await isDrawn(several(() => stroke(28, 0, 255))), true, "they were inverted");
  assert.equal(
    await isDrawn(
      several(() => stroke(28, 0, 255)),
      { polarity: "keep" },
    ),
    false,
  );
  assert.equal(await isDrawn(several(() => raster(28, (x) => (x === 14 ? [255, 0, 0] : [0, 0, 0])))), false);
});

test("what is said of a size is what the networks multiply", () => {
  const fast = {
    channels: 1,
    generator_channels: [64, 32],
    generator_kernels: [4, 4],
    discriminator_channels: [16, 32],
  };
  const productsAt = (size) => {
    const model = forSize(fast, size);
    const sides = mapSides(size);
    const taps = 16; // of a kernel of 4 × 4
    const pairs = (channels) => channels.slice(1).map((to, i) => channels[i] * to);
    const g = pairs([...model.generator_channels, 1]).map((each, i) => taps * each * sides[i] ** 2);
    const d = pairs([1, ...model.discriminator_channels]).map(
      (each, i) => taps * each * sides.toReversed()[i] ** 2,
    );
    const dense =
      sides[0] ** 2 * (64 * model.generator_channels[0] + model.discriminator_channels.at(-1) * 128);
    return [...g, ...d, dense].reduce((a, b) => a + b);
  };
  for (const size of SIZES)
    assert.ok(Math.abs(productsAt(size) / productsAt(28) - WORK[size]) < 0.1, `${size}`);
});

test("the nearest of some pictures are found, at their distance, and without the picture itself", () => {
  const flat = (level) => new Array(784).fill(level);
  const images = Uint8Array.from([10, 0, 255, 12, 10].flatMap(flat));
  const found = (level, count, without) =>
    nearestOf(images, Uint8Array.from(flat(level)), count, without).map(({ index }) => index);
  assert.deepEqual(found(9, 3), [0, 4, 3]);
  assert.deepEqual(found(10, 2, 0), [4, 3]);
  assert.deepEqual(found(200, 9), [2, 3, 0, 4, 1]);
  assert.equal(nearestOf(images, Uint8Array.from(flat(255)), 5).at(-1).distance, 28, "of white from black");
});

test("few pictures are said to be copied, and forgeries that are much nearer than real pictures are to each other", () => {
  assert.equal(
    verdictOn(1, 4, 30),
    "With 30 pictures it can only learn to copy them; give it 100 or more. The forgeries are 1.0 from the nearest of your " +
      "pictures, and each of yours is 4.0 from the nearest other: it copies.",
  );
  assert.match(
    verdictOn(3, 4, 400),
    /^The forgeries are 3.0 .* 4.0 from the nearest other: these are no copies\.$/,
  );
  assert.match(verdictOn(3, 4, 30), /: these are no copies yet\.$/);
  assert.match(
    verdictOn(3, 0, 1),
    /give it 100 or more\. The forgeries are 3\.0 from the nearest of your pictures\.$/,
  );
});

test("of a few pictures is said that they can only be copied", async () => {
  const { dataset } = await read(several(() => photograph(28)));
  assert.equal(
    remarksOn(dataset, "none"),
    "With 4 pictures it can only learn to copy them; give it 100 or more.",
  );
  assert.equal(remarksOn({ ...dataset, total: 100 }, "none"), "");
});

test("classes take turns, so that the first pictures, which a run shows, are of all of them", async () => {
  const names = ["a", "b", "c"].flatMap((name) => Array.from({ length: 70 }, (_, i) => `${name}/${i}.png`));
  const files = [...names, "c/more.png"].map((name) => ({ name, size: 1, open: async () => new Blob() }));
  const decode = async ({ name }) => raster(28, () => grey({ a: 50, b: 100, c: 150 }[name[0]]));
  const { dataset } = await readPictures(files, { size: 28, decode });
  assert.deepEqual([...dataset.labels.slice(0, 6)], [0, 1, 2, 0, 1, 2]);
  assert.deepEqual(dataset.images[28 * 28], 100, "each picture keeps its class");
  assert.deepEqual([...dataset.labels.slice(-2)], [2, 2], "what is left of the largest");
});
