// Data sets as the page fetches them: the first part at once, the others appended, and what is wrong in one line.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { checkPictures } from "../../gan/web/engine/data_files.js";
import { randomTestDigit } from "../../gan/web/engine/mnist.js";
import { loadDataset } from "../../gan/web/training/datasets.js";
import { countOf, PackedPictures, picturesOf, range } from "../../gan/web/training/packed.js";

const BASE = "https://example.org/site/data";
const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

/** An IDX file of uint8. @param {number[]} shape @param {Uint8Array} values */
function idx(shape, values) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
  return Buffer.concat([header, values]);
}

/** A gzipped file whose last bytes promise 2 GB. @param {Buffer} file */
function lengthened(file) {
  file.writeUInt32LE(2 ** 31, file.length - 4);
  return file;
}

/** Pictures whose pixels all are `value`. */
const pictures = (count, value, channels = 1) => new Uint8Array(count * 784 * channels).fill(value);

const allOf = (dataset) => picturesOf(dataset, range(0, countOf(dataset)));

/** A promise, and what settles it. */
function deferred() {
  const it = {};
  it.promise = new Promise((resolve) => {
    it.resolve = resolve;
  });
  return it;
}

/** The files of a set of two parts, 3 pictures of 10s and 2 of 20s; `others` come in the place of some. */
function files(others = {}) {
  const part = (name, count) => ({ count, images: `${name}-images.gz?v=1`, labels: `${name}-labels.gz?v=1` });
  const list = {
    name: "tiny",
    channels: 1,
    class_names: ["zero", "one"],
    train: [part("first", 3), part("second", 2)],
    test: [part("first", 3), part("second", 2)],
  };
  return {
    "dataset.json": Buffer.from(JSON.stringify(list)),
    "first-images.gz": gzipSync(idx([3, 28, 28], pictures(3, 10))),
    "first-labels.gz": gzipSync(idx([3], Uint8Array.of(0, 1, 0))),
    "second-images.gz": idx([2, 28, 28], pictures(2, 20)), // as a server sends it that unpacks on the way
    "second-labels.gz": gzipSync(idx([2], Uint8Array.of(1, 1))),
    ...others,
  };
}

/** @param {Record<string, Buffer | null>} served null: 503 @returns {string[]} what is fetched from now on */
function serve(served) {
  const fetched = [];
  globalThis.fetch = async (url) => {
    const { pathname, href } = new URL(url);
    fetched.push(href);
    assert.ok(href.startsWith(`${BASE}/tiny/`), href);
    const content = served[pathname.split("/").at(-1)];
    return new Response(content, { status: content ? 200 : 503 });
  };
  return fetched;
}

test("training begins with the first part, and the others are appended in their order", async () => {
  const fetched = serve(files());
  const { promise, resolve } = deferred();
  const first = await loadDataset("tiny", BASE, { onPart: resolve });
  assert.deepEqual(allOf(first), pictures(3, 10));
  assert.deepEqual([...first.labels], [0, 1, 0]);
  assert.deepEqual(first.class_names, ["zero", "one"]);
  assert.equal(first.channels, 1);
  const dataset = await promise;
  assert.deepEqual(allOf(dataset), Uint8Array.of(...pictures(3, 10), ...pictures(2, 20)));
  assert.deepEqual([...dataset.labels], [0, 1, 0, 1, 1]);
  assert.deepEqual(allOf(first), pictures(3, 10), "what was given before stays as it was");
  assert.equal(new Set(fetched).size, fetched.length, "nothing is fetched twice");
});

test("pictures are packed, whatever they show, and come out as they were", () => {
  const pixel = (/** @type {number} */ i) => (i % 7 && i % 5 ? 0 : (i * 37) % 256);
  const thin = Uint8Array.from({ length: 4 * 784 }, (_, i) => pixel(i));
  const dense = Uint8Array.from({ length: 2 * 784 }, (_, i) => 1 + (i % 255));
  const images = new PackedPictures(784).with(thin).with(dense).with(pictures(1, 0));
  const dataset = { images, channels: 1 };
  assert.equal(countOf(dataset), 7);
  assert.deepEqual(allOf(dataset), Uint8Array.of(...thin, ...dense, ...pictures(1, 0)));
  const chosen = [5, 0, 3, 3, 6];
  const plain = { images: allOf(dataset), channels: 1 };
  assert.deepEqual(picturesOf(dataset, chosen), picturesOf(plain, chosen));
  assert.throws(() => picturesOf(dataset, [7]), /no picture 7 of 7/);
  const odd = Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0); // two pictures of 9 pixels
  const [out, few] = [new Uint8Array(9), new PackedPictures(9).with(odd)];
  few.copyTo(1, out);
  assert.deepEqual(out, odd.subarray(9));
});

test("without anybody who waits for the others, only the first part is fetched", async () => {
  const fetched = serve(files());
  await loadDataset("tiny", BASE);
  assert.ok(!fetched.some((url) => url.includes("second")));
});

test("a later part that does not come is asked for until it does, and the run goes on with what it has", async () => {
  const served = files({ "second-labels.gz": null });
  const fetched = serve(served);
  const { promise, resolve } = deferred();
  const first = await loadDataset("tiny", BASE, { onPart: resolve, retryMs: 1 });
  const times = () => fetched.filter((url) => url.includes("second-labels.gz")).length;
  while (times() < 3) await new Promise(setImmediate);
  assert.equal(countOf(first), 3);
  served["second-labels.gz"] = files()["second-labels.gz"];
  assert.equal(countOf(await promise), 5);
});

test("fetching ends when it is told to", async () => {
  serve(files());
  const abort = new AbortController();
  await loadDataset("tiny", BASE, {
    signal: abort.signal,
    onPart: () => assert.fail("the others are not wanted any more"),
  }).then(() => abort.abort());
  await new Promise((resolve) => setImmediate(resolve));
});

for (const [what, others, message] of [
  ["no list", { "dataset.json": null }, /^dataset.json cannot be fetched \(503\)$/],
  ["another list", { "dataset.json": Buffer.from("<html>") }, /^dataset.json is no list of a data set$/],
  ["no images", { "first-images.gz": null }, /^first-images.gz cannot be fetched \(503\)$/],
  [
    "a page instead",
    { "first-images.gz": Buffer.from("<html>404</html>") },
    /^first-images.gz is not an IDX file$/,
  ],
  [
    "half a file",
    { "first-images.gz": gzipSync(idx([3, 28, 28], pictures(2, 1))) },
    /1584 bytes, but its header promises 2368/,
  ],
  [
    "a broken archive",
    { "first-labels.gz": gzipSync(Buffer.alloc(99)).subarray(0, 20) },
    /^first-labels.gz is damaged/,
  ],
  [
    "a false length",
    { "first-labels.gz": lengthened(gzipSync(Buffer.alloc(9999))) },
    /^first-labels.gz is damaged/,
  ],
  [
    "other sizes",
    { "first-images.gz": gzipSync(idx([3, 14, 56], pictures(3, 1))) },
    /3 × 14 × 56, expected 3 × 28 × 28/,
  ],
  [
    "a label too few",
    { "first-labels.gz": gzipSync(idx([2], Uint8Array.of(0, 1))) },
    /3 pictures but 2 labels/,
  ],
  [
    "a label too large",
    { "first-labels.gz": gzipSync(idx([3], Uint8Array.of(0, 2, 1))) },
    /the label 2, but only 2 classes/,
  ],
]) {
  test(`${what}: said in one line`, async () => {
    serve(files(others));
    await assert.rejects(loadDataset("tiny", BASE), (error) => {
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
  });
}

test("colours and pictures without labels are checked too", () => {
  const known = { channels: 3, class_names: [] };
  checkPictures({ images: pictures(2, 0, 3), labels: null }, known, "mine");
  assert.throws(() => checkPictures({ images: pictures(2, 0), labels: null }, known, "mine"), /1568 bytes/);
  assert.throws(() => checkPictures({ images: new Uint8Array(0), labels: null }, known, "mine"), /0 bytes/);
  assert.throws(
    () => checkPictures({ images: pictures(1, 0), labels: null }, { ...known, channels: 2 }, "mine"),
    /2 channels/,
  );
});

test("a stranger's digit comes from all parts of the test set; after a failure it is tried again", async () => {
  serve(files({ "second-images.gz": null }));
  await assert.rejects(randomTestDigit(`${BASE}/tiny`), /503/);
  serve(files());
  const seen = new Set();
  while (seen.size < 2) seen.add((await randomTestDigit(`${BASE}/tiny`))[0]);
  assert.deepEqual([...seen].sort(), [10, 20]);
});
