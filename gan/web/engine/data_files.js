// Data sets as files (gan/web/data_files.py): dataset.json lists parts, and each part is two gzipped IDX files.

import { fetchFile, nameIn } from "./fetching.js";
import { unpack } from "./gzip.js";
import { free } from "./memory.js";
import { pictureLength } from "./stages.js";
import { refusePointer } from "./tensors.js";

const LIST = "dataset.json";

/**
 * The pictures of a data set, or of a part of one.
 * @typedef {object} Pictures
 * @property {Uint8Array} images [n · size² · channels] in 0–255, light ink on a dark ground
 * @property {Uint8Array | null} labels [n], each a class's number; null: they have none
 */

/** @typedef {{count: number, images: string, labels: string | null}} Part its files' addresses, from the list's own */

/**
 * @typedef {object} DataList
 * @property {string} name
 * @property {number} [size] height and width of a picture in pixels; 28 in lists of older versions, which say nothing
 * @property {number} channels 1 or 3
 * @property {string[]} class_names
 * @property {Part[]} train
 * @property {Part[]} test
 */

/**
 * @param {Uint8Array<ArrayBuffer>} bytes of an IDX file of uint8, gzipped or not; nobody else may need them
 * @param {string} name of the file, for messages
 * @returns {Promise<{shape: number[], values: Uint8Array}>}
 * @throws {Error} one line: the file is damaged or of another form.
 */
async function readIdx(bytes, name) {
  refusePointer(bytes);
  const content = await unpack(bytes).catch(() => {
    throw new Error(`${name} is damaged; reload the page to fetch it again`);
  });
  if (content !== bytes) free(bytes);
  if (content.length < 8 || content[0] || content[1] || content[2] !== 8)
    throw new Error(`${name} is not an IDX file`);
  const rank = content[3];
  const view = new DataView(content.buffer, content.byteOffset);
  const header = 4 + 4 * rank; // bytes
  if (content.length < header) throw new Error(`${name} is cut off`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const promised = header + shape.reduce((product, size) => product * size, 1);
  if (content.length !== promised)
    throw new Error(`${name} has ${content.length} bytes, but its header promises ${promised}`);
  return { shape, values: content.subarray(header) };
}

/**
 * Checks pictures as the server does before it trains on them.
 * @param {Pictures} pictures
 * @param {{size?: number, channels: number, class_names: string[]}} known
 * @param {string} name for messages
 * @throws {Error} one line: a size or a label does not fit.
 */
export function checkPictures({ images, labels }, known, name) {
  const { size = 28, channels, class_names } = known;
  if (channels !== 1 && channels !== 3) throw new Error(`${name} has ${channels} channels, expected 1 or 3`);
  const count = images.length / pictureLength(known);
  if (!Number.isInteger(count) || count === 0)
    throw new Error(`${name} has ${images.length} bytes, expected ${size * size} · ${channels} a picture`);
  if (!labels) return;
  if (labels.length !== count)
    throw new Error(`${name} has ${count} pictures but ${labels.length} labels; the two must match`);
  const wrong = labels.find((label) => label >= class_names.length);
  if (wrong !== undefined)
    throw new Error(`${name} has the label ${wrong}, but only ${class_names.length} classes`);
}

/**
 * @param {string} folder the address of the data set's folder; in a Worker an absolute one
 * @param {AbortSignal} [signal]
 * @returns {Promise<DataList>}
 * @throws {Error} one line.
 */
export async function fetchList(folder, signal) {
  const text = new TextDecoder().decode(await fetchFile(`${folder}/${LIST}`, signal));
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${LIST} is no list of a data set`);
  }
}

/**
 * @param {string} folder the address of the data set's folder; in a Worker an absolute one
 * @param {DataList} list
 * @param {Part} part one of the list's
 * @param {AbortSignal} [signal]
 * @returns {Promise<Pictures>}
 * @throws {Error} one line: a file cannot be fetched, or is not what the list says.
 */
export async function fetchPart(folder, list, part, signal) {
  const fetchIdx = async (/** @type {string} */ file) =>
    readIdx(new Uint8Array(await fetchFile(`${folder}/${file}`, signal)), nameIn(file));
  const [images, labels] = await Promise.all([fetchIdx(part.images), part.labels && fetchIdx(part.labels)]);
  const { size = 28 } = list;
  const expected = [part.count, size, size, ...(list.channels === 1 ? [] : [list.channels])];
  if (images.shape.join() !== expected.join())
    throw new Error(
      `${list.name} has pictures of ${images.shape.join(" × ")}, expected ${expected.join(" × ")}`,
    );
  const pictures = { images: images.values, labels: labels ? labels.values : null };
  checkPictures(pictures, list, list.name);
  return pictures;
}
