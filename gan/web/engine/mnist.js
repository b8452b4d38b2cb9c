// MNIST as its own files: for a page without a server. They are fetched when they are first asked for.

import { unpack } from "./gzip.js";

const files = {};

// An IDX file's numbers, without its header.
async function read(url, header) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await unpack(new Uint8Array(await response.arrayBuffer()))).subarray(header);
}

// {images: uint8 [N · 784], labels: uint8 [N]} of one split, "train" or "t10k".
async function load(folder, split) {
  const addresses = ["images-idx3", "labels-idx1"].map((kind) => `${folder}/${split}-${kind}-ubyte.gz`);
  files[split] ??= Promise.all([read(addresses[0], 16), read(addresses[1], 8)]);
  try {
    const [images, labels] = await files[split];
    return { images, labels };
  } catch (error) {
    delete files[split]; // the next one may succeed
    throw error;
  }
}

// A digit of the test set, which no generator has seen: uint8 [784].
export async function stranger(folder) {
  const { images, labels } = await load(folder, "t10k");
  const chosen = Math.floor(Math.random() * labels.length);
  return images.subarray(784 * chosen, 784 * (chosen + 1));
}

// The `count` training digits that are nearest to a picture, uint8 [784], and their Euclidean distances, of
// pixels in 0…1. A digit is given up as soon as it is farther than all that are kept.
export async function nearest(folder, picture, count) {
  const { images, labels } = await load(folder, "train");
  const best = [];
  let limit = Infinity;
  for (let i = 0; i < labels.length; i++) {
    let sum = 0;
    for (let row = 0; row < 784 && sum < limit; row += 28) {
      const at = 784 * i + row;
      for (let x = 0; x < 28; x++) {
        const difference = images[at + x] - picture[row + x];
        sum += difference * difference;
      }
    }
    if (sum >= limit) continue;
    best.push([sum, i]);
    best.sort((a, b) => a[0] - b[0]);
    best.length = Math.min(best.length, count);
    if (best.length === count) limit = best.at(-1)[0];
  }
  return {
    pictures: Uint8Array.from(best.flatMap(([, i]) => [...images.subarray(784 * i, 784 * (i + 1))])),
    labels: best.map(([, i]) => labels[i]),
    distances: best.map(([sum]) => Math.sqrt(sum) / 255),
  };
}
