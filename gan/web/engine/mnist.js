// MNIST as its own files: for a page without a server. They are fetched when they are first asked for.

/** @import { NearestDigits } from "./types.js" */

import { unpack } from "./gzip.js";

/** @type {Record<string, Promise<[Uint8Array, Uint8Array]>>} */
const files = {};

/**
 * @param {string} url of an IDX file
 * @param {number} header its bytes
 * @returns {Promise<Uint8Array>} its numbers
 */
async function read(url, header) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await unpack(new Uint8Array(await response.arrayBuffer()))).subarray(header);
}

/**
 * @param {string} folder the address of the files
 * @param {"train" | "t10k"} split
 * @returns {Promise<{images: Uint8Array, labels: Uint8Array}>} [N · 784] and [N]
 */
async function load(folder, split) {
  const [images, labels] = ["images-idx3", "labels-idx1"].map(
    (kind) => `${folder}/${split}-${kind}-ubyte.gz`,
  );
  files[split] ??= Promise.all([read(images, 16), read(labels, 8)]);
  try {
    const [images, labels] = await files[split];
    return { images, labels };
  } catch (error) {
    delete files[split]; // the next one may succeed
    throw error;
  }
}

/**
 * @param {string} folder the address of the files
 * @returns {Promise<Uint8Array>} a random digit of the test set, which no generator has seen, [784]
 */
export async function randomTestDigit(folder) {
  const { images, labels } = await load(folder, "t10k");
  const chosen = Math.floor(Math.random() * labels.length);
  return images.subarray(784 * chosen, 784 * (chosen + 1));
}

/**
 * The training digits that are nearest to a picture. A digit is given up as soon as it is farther than all that are kept.
 * @param {string} folder the address of the files
 * @param {Uint8Array} picture [784]
 * @param {number} count
 * @returns {Promise<NearestDigits>}
 */
export async function nearestDigits(folder, picture, count) {
  const { images, labels } = await load(folder, "train");
  /** @type {{sum: number, number: number}[]} */
  const best = [];
  let limit = Infinity;
  for (let number = 0; number < labels.length; number++) {
    let sum = 0;
    for (let row = 0; row < 784 && sum < limit; row += 28) {
      const at = 784 * number + row;
      for (let x = 0; x < 28; x++) {
        const difference = images[at + x] - picture[row + x];
        sum += difference * difference;
      }
    }
    if (sum >= limit) continue;
    best.push({ sum, number });
    best.sort((a, b) => a.sum - b.sum);
    best.length = Math.min(best.length, count);
    if (best.length === count) limit = best[count - 1].sum;
  }
  return {
    pictures: Uint8Array.from(best.flatMap(({ number: i }) => [...images.subarray(784 * i, 784 * (i + 1))])),
    labels: best.map(({ number }) => labels[number]),
    distances: best.map(({ sum }) => Math.sqrt(sum) / 255),
  };
}
