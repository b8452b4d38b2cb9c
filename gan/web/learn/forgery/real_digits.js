// Real digits for the game: the first of MNIST's test set, in one small file (gan/web/real_digits.py).

import { unpack } from "../../engine/gzip.js";

const ADDRESS = "digits/first-test-digits.gz";
const BYTES = 785; // of a digit: its label and its pixels

/**
 * @typedef {object} RealDigits
 * @property {Uint8Array} labels [N]
 * @property {Uint8Array} images [N · 784]
 */

/**
 * @returns {Promise<RealDigits>}
 * @throws {Error} one line, if the file cannot be had.
 */
export async function loadRealDigits() {
  const response = await fetch(ADDRESS);
  if (!response.ok) throw new Error(`the real digits cannot be loaded (${response.status})`);
  const bytes = await unpack(new Uint8Array(await response.arrayBuffer()));
  const count = bytes.length / BYTES;
  return { labels: bytes.subarray(0, count), images: bytes.subarray(count) };
}
