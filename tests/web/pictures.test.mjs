// A visitor's own pictures: which files count, what a .zip holds, what becomes of them, and what is said of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { dimensionsIn } from "../../gan/web/train/pictures/dimensions.js";
import { listFiles } from "../../gan/web/train/pictures/files.js";
import { listPictures } from "../../gan/web/train/pictures/folders.js";
import { compareNatural } from "../../gan/web/train/pictures/labels.js";
import { readPictures } from "../../gan/web/train/pictures/reading.js";

/** A .zip of {name: content}; `promised`: the size that it says each file has. */
function zip(files, promised = (content) => content.length) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(1 << 11, 2); // names are UTF-8
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(promised(content), 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00"), fields, place, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Blob([...parts, list, end]);
}

const given = (name, blob = new Blob()) => ({ name, file: blob });
const fileOf = (name) => ({ name, size: 1, open: async () => new Blob() });
const texts = (files) => Promise.all(files.map(async (file) => (await file.open()).text()));

test("names are in the order in which people count", () => {
  const names = ["b", "2", "10", "Ant 9", "ant 10", "1"];
  assert.deepEqual(names.sort(compareNatural), ["1", "2", "10", "Ant 9", "ant 10", "b"]);
});

test("a .zip is as good as the folder in it, and what is hidden is left out", async () => {
  const content = { "cats/10.png": "ten", "cats/2.png": "two", "__MACOSX/._2.png": "x", ".hidden.png": "x" };
  const files = await listFiles([given("mine.zip", zip(content)), given("more/1.png", new Blob(["one"]))]);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["mine/cats/2.png", "mine/cats/10.png", "more/1.png"],
  );
  assert.deepEqual(await texts(files), ["two", "ten", "one"]);
});

test("a file in a .zip that is larger than it promises is given up, and so is a damaged .zip", async () => {
  const [bomb] = await listFiles([
    given(
      "a.zip",
      zip({ "a.png": Buffer.alloc(50_000_000) }, () => 1000),
    ),
  ]);
  await assert.rejects(bomb.open(), { message: "it is larger than the .zip promises" });
  await assert.rejects(listFiles([given("b.zip", new Blob(["PK, or not"]))]), {
    message: "b.zip: it is damaged, or no .zip.",
  });
  const half = zip({ "a.png": "one" }).slice(40);
  await assert.rejects(listFiles([given("c.zip", half)]), /c\.zip: it is (cut off|damaged)/);
});

test("sub-folders are classes, and train and test above them are splits", () => {
  const list = (...names) => listPictures(names.map(fileOf));
  const classes = list(
    "set/cat/1.png",
    "set/dog/1.jpg",
    "set/dog/2.WEBP",
    "set/read me.txt",
    "set/owl/a.heic",
  );
  assert.deepEqual(classes.values, ["cat", "dog", "dog"]);
  assert.deepEqual(classes.leftOut, { ".heic": 1 });
  const splits = list("s/train/か/1.png", "s/train/b/1.png", "s/test/か/1.png", "s/val/b/9.png");
  assert.deepEqual(splits.values, ["か".normalize("NFC"), "b"]);
  assert.deepEqual(splits.remarks, ["2 of other splits are not trained on"]);
  assert.equal(list("s/only/1.png", "s/only/2.png").values, null, "one class is no class");
  const beside = list("s/1.png", "s/cat/1.png", "s/dog/1.png");
  assert.equal(beside.values, null);
  assert.match(beside.remarks[0], /^no classes, because 1\.png lies beside/);
});

// --- Reading, with a decoder that makes the pictures up -----------------------------------------------

/** Pictures of one colour, by the first letters of their names; what is "bad" cannot be decoded. */
async function decode({ name }) {
  const file = name.split("/").at(-1);
  if (file.startsWith("bad")) throw new Error("it cannot be decoded");
  const colour = file.startsWith("red") ? [255, 0, 0, 255] : [90, 90, 90, 255];
  return { width: 28, height: 28, data: Uint8Array.from({ length: 28 * 28 * 4 }, (_, i) => colour[i % 4]) };
}
const read = (names, progress) => readPictures(names.map(fileOf), { size: 28, decode, progress });
const many = (count, name) => Array.from({ length: count }, (_, i) => name.replace("N", i));

test("pictures become a data set, in colour where one is, and a sentence says what was read", async () => {
  const told = [];
  const names = [
    ...many(150, "set/cat/grey N.png"),
    ...many(150, "set/dog/red N.png"),
    "set/dog/bad.png",
    "x.svg",
  ];
  const { dataset, summary } = await read(names, (done, all) => told.push([done, all]));
  assert.deepEqual(told.at(-1), [301, 301]);
  assert.equal(dataset.channels, 3);
  assert.equal(dataset.images.length, 300 * 784 * 3);
  assert.deepEqual([...dataset.images.slice(0, 3)], [90, 90, 90]);
  assert.deepEqual([...dataset.images.slice(-3)], [255, 0, 0]);
  assert.deepEqual([...new Set(dataset.labels)], [0, 1]);
  assert.deepEqual(dataset.class_names, ["cat", "dog"]);
  assert.equal(
    summary,
    "300 pictures, 28×28 in colour, 2 classes: cat, dog; " +
      "2 files left out: 1 .svg, 1 damaged (set/dog/bad.png)",
  );
});

test("one picture is enough, and of 5,001 the page takes 5,000", async () => {
  const one = await read(["a.png"]);
  assert.equal(one.dataset.images.length, 784);
  assert.equal(one.dataset.labels, null);
  assert.match(one.summary, /^1 picture, 28×28 in grey, no classes; so few that it can do little but/);
  const all = await read(many(5001, "N.png"));
  assert.equal(all.dataset.images.length, 5000 * 784);
  assert.match(all.summary, /1 more are not used, because the page takes 5,000/);
});

test("what cannot be read says in one line what to do", async () => {
  for (const [names, words] of [
    [[], /^No pictures there; expected a folder or a \.zip/],
    [["notes.txt"], /^No pictures there/],
    [["a.heic", "b.HEIC", "c.svg"], /but 2 \.heic: save them as JPEG or PNG first\.$/],
    [["a.png", "bad 1.png"], /^1 of 2 pictures is damaged, and at most 1 % may be: bad 1\.png \(it cannot/],
  ]) {
    await assert.rejects(read(names), ({ message }) => words.test(message) && !message.includes("\n"));
  }
  const names = [...many(60, "bad N.png")];
  await assert.rejects(read(names), /60 of 60 pictures are damaged.*bad 49\.png.* and 10 more; delete/);
});

test("how large a picture would be is known before it is decoded", () => {
  const png = Buffer.alloc(40);
  png.write("\x89PNG", "latin1");
  png.writeUInt32BE(50_000, 16);
  png.writeUInt32BE(40_000, 20);
  const jpeg = Buffer.from([
    0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0x0b, 0xd0, 0x0f, 0xc0, 1,
  ]);
  const gif = Buffer.from("GIF89a\x10\x00\x20\x00", "latin1");
  const bytes = (buffer) => Uint8Array.from(buffer).buffer;
  assert.deepEqual(dimensionsIn(bytes(png)), { width: 50_000, height: 40_000 });
  assert.deepEqual(dimensionsIn(bytes(jpeg)), { width: 4032, height: 3024 });
  assert.deepEqual(dimensionsIn(bytes(gif)), { width: 16, height: 32 });
  for (const cut of [png.subarray(0, 10), jpeg.subarray(0, 9), Buffer.alloc(0)]) {
    assert.equal(dimensionsIn(bytes(cut)), null);
  }
});
