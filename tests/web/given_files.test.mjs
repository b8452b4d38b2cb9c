// Files as people drop them on the page: .zip files of every make, folders within folders, and names of every script.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { listFiles } from "../../gan/web/train/pictures/files.js";
import { listPictures } from "../../gan/web/train/pictures/folders.js";
import { readPictures } from "../../gan/web/train/pictures/reading.js";

const bytesOf = (text) => new TextEncoder().encode(text);

/** A header in a .zip: numbers of two or four bytes. @param {[number, 2 | 4][]} fields */
function header(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, size]) => sum + size, 0)));
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

/**
 * A .zip of these files, with as little in it as the format allows.
 * @param {{name: string | Uint8Array, content?: Uint8Array, flags?: number, size?: number, isPacked?: boolean}[]} files
 */
function zipOf(files) {
  const [parts, list] = [[], []];
  let offset = 0;
  for (const { name, content = bytesOf("x"), flags = 0, size, isPacked = false } of files) {
    const bytes = typeof name === "string" ? bytesOf(name) : name;
    const packed = isPacked ? deflateRawSync(content) : content;
    const sizes = [
      [0, 4],
      [packed.length, 4],
      [size ?? content.length, 4],
      [bytes.length, 2],
      [0, 2],
    ]; // prettier-ignore
    const how = [
      [20, 2],
      [flags, 2],
      [isPacked ? 8 : 0, 2],
      [0, 4],
    ]; // prettier-ignore
    const rest = [
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [offset, 4],
    ]; // prettier-ignore
    list.push(header([[0x02014b50, 4], [20, 2], ...how, ...sizes, ...rest]), bytes);
    const local = header([[0x04034b50, 4], ...how, ...sizes]);
    parts.push(local, bytes, packed);
    offset += local.length + bytes.length + packed.length;
  }
  const length = list.reduce((sum, part) => sum + part.length, 0);
  const counts = [
    [0, 4],
    [files.length & 0xffff, 2],
    [files.length & 0xffff, 2],
  ]; // prettier-ignore
  const end = header([[0x06054b50, 4], ...counts, [length, 4], [offset, 4], [0, 2]]);
  return new Blob([Buffer.concat([...parts, ...list, end])]);
}

/** What is in a .zip of these files. @param {Parameters<typeof zipOf>[0]} files */
const listZip = (files) => listFiles([{ name: "set.zip", file: zipOf(files) }]);

const given = (...names) => names.map((name) => ({ name, file: new Blob(["x"]) }));
const classesOf = async (...names) => listPictures(await listFiles(given(...names)));

test("names in a .zip are read in every usual way of writing them", async () => {
  const japanese = bytesOf("いぬ\\0.png"); // UTF-8, which is not said, with the separators of Windows
  const european = Uint8Array.of(0xe9, ...bytesOf("/1.png")); // é, as Windows writes it
  const files = await listZip([
    { name: japanese },
    { name: european },
    { name: "🐈/2.png", flags: 1 << 11 },
    { name: "__MACOSX/._2.png" },
    { name: "a folder/" },
  ]);
  assert.deepEqual(
    files.map(({ name }) => name),
    ["set/é/1.png", "set/いぬ/0.png", "set/🐈/2.png"],
  );
});

test("a file in a .zip is no longer than was promised, and a locked or damaged one says so", async () => {
  const zeros = new Uint8Array(1_000_000);
  const files = await listZip([
    { name: "0 good.png", content: zeros, isPacked: true },
    { name: "1 bomb.png", content: zeros, isPacked: true, size: 1000 },
    { name: "2 short.png", content: bytesOf("abc"), isPacked: true, size: 4 },
    { name: "3 locked.png", flags: 1 },
  ]);
  assert.equal((await files[0].open()).size, 1_000_000);
  await assert.rejects(files[1].open(), /larger than the \.zip promises/);
  await assert.rejects(files[2].open(), /cut off/);
  await assert.rejects(files[3].open(), /locked by a password/);
  const locked = listZip([{ name: "a.png", flags: 1 }]);
  await assert.rejects(locked, /set\.zip: it is locked by a password; unpack it, and drop the folder\./);
  const whole = zipOf([{ name: "a.png" }]);
  for (const file of [whole.slice(0, -3), whole.slice(10), new Blob([])]) {
    const said = /a\.zip: it.*; pack it again, or drop the folder\.$/;
    await assert.rejects(listFiles([{ name: "a.zip", file }]), said);
  }
});

test("thousands of empty files are listed, and only as many are tried as the page takes", async () => {
  const files = await listZip(
    Array.from({ length: 6_000 }, (_, i) => ({ name: `${i}.png`, content: new Uint8Array() })),
  );
  assert.equal(files.length, 6_000);
  assert.deepEqual([files[2].name, files[10].name], ["set/2.png", "set/10.png"], "in the order of numbers");
  let tried = 0;
  const decode = async () => {
    tried++;
    throw new Error("it cannot be decoded");
  };
  const said = /5,000 of 5,000 pictures are damaged.*set\/0\.png \(it cannot be decoded\).* and 4,950 more; /;
  await assert.rejects(readPictures(files, { size: 28, decode }), said);
  assert.ok(tried <= 5000);
});

test("a .zip in a .zip, and nothing at all, get a line that says what to do", async () => {
  const how = { size: 28, decode: () => assert.fail("there is nothing to decode") };
  await assert.rejects(readPictures(await listZip([{ name: "a.zip" }]), how), /1 \.zip: take it out of the/);
  await assert.rejects(readPictures(await listZip([]), how), /expected a folder or a \.zip of PNG/);
});

test("classes are the folders that matter, however deep they lie and however they are called", async () => {
  const deep = await classesOf("d/s/train/all/a/1.png", "d/s/train/all/b/1.png", "d/s/test/all/a/1.png");
  assert.deepEqual(deep.values, ["a", "b"]);
  assert.deepEqual(deep.remarks, ["1 of other splits are not trained on"]);
  assert.equal((await classesOf("cat/1.png", "cat/2.png")).values, null, "one class is no class");
  const names = await classesOf("s/か\u3099/1.png", "s/が/2.png", "s/a\n b/3.png", "s/🐈 #1/4.png");
  assert.deepEqual(names.values, ["a b", "が", "が", "🐈 #1"]);
});
