// The Worker that reads a visitor's pictures, so that the page stays smooth meanwhile. It reads once, and is ended then.

/** @import { Given } from "./given.js" */
/** @import { Polarity } from "../../shared/pictures/treatment.js" */

import { decode } from "../../shared/pictures/decoding.js";
import { listFiles } from "./files.js";
import { readPictures } from "./reading.js";

const PROGRESS_MS = 100; // between two times that it says how far it is

/** @param {{given: Given[], size: number | null, polarity?: Polarity}} asked */
async function read({ given, size, polarity }) {
  let told = 0;
  const progress = (/** @type {number} */ done, /** @type {number} */ all) => {
    if (performance.now() - told < PROGRESS_MS && done < all) return;
    told = performance.now();
    postMessage({ news: { done, all } });
  };
  return readPictures(await listFiles(given), { size, polarity, decode, progress });
}

self.onmessage = async ({ data: { id, asked } }) => {
  try {
    const answer = await read(asked);
    postMessage({ id, answer });
  } catch (error) {
    postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};
