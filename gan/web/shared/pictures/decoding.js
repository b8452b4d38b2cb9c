// A file of a picture, decoded by the browser: small, upright, in red, green, blue and opacity (gan/data/decoding.py).

/** @import { Raster } from "./resampling.js" */

import { dimensionsIn, HEADER_BYTES } from "./dimensions.js";
import { reduce } from "./resampling.js";

const MAX_BYTES = 64_000_000; // of one file
const MAX_PIXELS = 120_000_000; // of one picture, 480 MB while it is decoded
const MAX_RESTING = 2_000_000; // pixels of one picture that are averaged here; of more, the browser averages first
const DECODING = /** @type {ImageBitmapOptions} */ ({
  imageOrientation: "from-image", // upright, as EXIF says
  premultiplyAlpha: "none",
  colorSpaceConversion: "none", // as Pillow, which takes the numbers as they are
});

/**
 * The first picture in a file. A large one comes smaller, in proportion, with no side below 2 · `size`: the fine steps to
 * `size` are still to be taken.
 * @param {{size: number, open: () => Promise<Blob>}} file its bytes, and how to open it
 * @param {number} size pixels
 * @returns {Promise<Raster>}
 * @throws {Error} one line: it cannot be decoded, or is too large.
 */
export async function decode(file, size) {
  if (file.size > MAX_BYTES) throw new Error(`more than ${MAX_BYTES / 1e6} MB`);
  const blob = await file.open();
  const promised = dimensionsIn(await blob.slice(0, HEADER_BYTES).arrayBuffer());
  if (promised && promised.width * promised.height > MAX_PIXELS)
    throw new Error(`more than ${MAX_PIXELS / 1e6} million pixels`);
  const bitmap = await createImageBitmap(blob, DECODING).catch(() => {
    throw new Error("it cannot be decoded");
  });
  try {
    const raster = rasterOf(bitmap, size);
    return reduce(raster, Math.floor(Math.min(raster.width, raster.height) / (2 * size)));
  } finally {
    bitmap.close();
  }
}

/** @param {ImageBitmap} bitmap @param {number} size @returns {Raster} its pixels; of a large one, of its half, quarter … */
function rasterOf(bitmap, size) {
  let [width, height] = [bitmap.width, bitmap.height];
  while (width * height > MAX_RESTING && Math.min(width, height) >= 8 * size) {
    [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  }
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("this browser has no canvas to decode on");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
