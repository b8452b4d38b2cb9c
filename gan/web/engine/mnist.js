// MNIST in the page, for one without a server. Its files are fetched when they are first asked for.

/** @import { Pictures } from "./data_files.js" */
/** @import { NearestDigits } from "./types.js" */

import { fetchList, fetchPart } from "./data_files.js";
import { free } from "./memory.js";
import { nearestOf } from "./nearest.js";

/** @typedef {Pictures & {labels: Uint8Array}} Digits [N · 784] and [N] */
/** @type {Record<string, Promise<Digits>>} */
const splits = {};

/** @param {string} folder the address of MNIST's files @param {"train" | "test"} split @returns {Promise<Digits>} */
async function fetchSplit(folder, split) {
  const list = await fetchList(folder);
  const parts = await Promise.all(list[split].map((part) => fetchPart(folder, list, part)));
  const count = list[split].reduce((sum, part) => sum + part.count, 0);
  const digits = { images: new Uint8Array(784 * count), labels: new Uint8Array(count) };
  let start = 0;
  for (const { images, labels } of parts) {
    digits.images.set(images, 784 * start);
    if (labels) digits.labels.set(labels, start);
    start += images.length / 784;
    free(images);
  }
  return digits;
}

/**
 * @param {string} folder the address of MNIST's files
 * @param {"train" | "test"} split
 * @returns {Promise<Digits>}
 */
async function load(folder, split) {
  splits[split] ??= fetchSplit(folder, split);
  try {
    return await splits[split];
  } catch (error) {
    delete splits[split]; // the next one may succeed
    throw error;
  }
}

/**
 * @param {string} folder the address of the files
 * @returns {Promise<Uint8Array>} a random digit of the test set, which no generator has seen, [784]
 */
export async function randomTestDigit(folder) {
  const { images, labels } = await load(folder, "test");
  const chosen = Math.floor(Math.random() * labels.length);
  return images.subarray(784 * chosen, 784 * (chosen + 1));
}

/**
 * The training digits that are nearest to a picture.
 * @param {string} folder the address of the files
 * @param {Uint8Array} picture [784]
 * @param {number} count
 * @returns {Promise<NearestDigits>}
 */
export async function nearestDigits(folder, picture, count) {
  const { images, labels } = await load(folder, "train");
  const best = nearestOf(images, picture, count);
  return {
    pictures: Uint8Array.from(best.flatMap(({ index: i }) => [...images.subarray(784 * i, 784 * (i + 1))])),
    labels: best.map(({ index }) => labels[index]),
    distances: best.map(({ distance }) => distance),
  };
}
