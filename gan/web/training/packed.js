// Pictures in little memory. Most pixels of a digit are black (four of five): of each picture, one bit a pixel says whether
// it is black, and only the others are kept. MNIST's 47 MB become 15.

import { pictureLength } from "../engine/stages.js";

/**
 * Pictures as a data set holds them (batch.js).
 * @typedef {{images: Uint8Array | PackedPictures, channels: number, size?: number}} Held
 */

/**
 * Pictures that have come together.
 * @typedef {object} Part
 * @property {number} count
 * @property {Uint8Array} values their pixels that are not 0; with no marks, all of them
 * @property {Uint8Array | null} marks one bit a pixel, the lowest first: 1 where it is not 0; each picture begins a byte
 * @property {Uint32Array} starts of each picture in `values`
 */

/** @param {Uint8Array} images [N · length] @param {number} length pixels of a picture @returns {Part} */
function pack(images, length) {
  const count = images.length / length;
  const starts = Uint32Array.from({ length: count }, (_, i) => i * length);
  const inked = images.reduce((sum, pixel) => sum + (pixel ? 1 : 0), 0);
  const marks = new Uint8Array(count * Math.ceil(length / 8));
  if (inked + marks.length >= images.length) return { count, values: images.slice(), marks: null, starts };
  const values = new Uint8Array(inked);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    starts[i] = kept;
    for (let p = 0; p < length; p++) {
      const pixel = images[i * length + p];
      if (!pixel) continue;
      marks[i * Math.ceil(length / 8) + (p >> 3)] |= 1 << (p & 7);
      values[kept++] = pixel;
    }
  }
  return { count, values, marks, starts };
}

/**
 * @param {Part} part
 * @param {number} i the number of a picture within it
 * @param {Uint8Array} out [length] zeros; gets the picture
 */
function unpack({ values, marks, starts }, i, out) {
  const { length } = out;
  if (!marks) return out.set(values.subarray(starts[i], starts[i] + length));
  const first = i * Math.ceil(length / 8);
  let next = starts[i];
  for (let p = 0; p < length; p++) if (marks[first + (p >> 3)] & (1 << (p & 7))) out[p] = values[next++];
}

/** The pictures of a data set. They never change: with more of them there is another object, which shares the memory. */
export class PackedPictures {
  #parts;

  /** @param {number} pictureLength numbers a picture @param {Part[]} [parts] */
  constructor(pictureLength, parts = []) {
    this.pictureLength = pictureLength;
    this.#parts = parts;
    this.count = parts.reduce((sum, { count }) => sum + count, 0);
  }

  /** @param {Uint8Array} images [N · pictureLength], which may be given back afterwards @returns {PackedPictures} */
  with(images) {
    return new PackedPictures(this.pictureLength, [...this.#parts, pack(images, this.pictureLength)]);
  }

  /** @param {number} index @param {Uint8Array} out [pictureLength] zeros; gets the picture */
  copyTo(index, out) {
    let i = index;
    for (const part of this.#parts) {
      if (i < part.count) return unpack(part, i, out);
      i -= part.count;
    }
    throw new RangeError(`there is no picture ${index} of ${this.count}`);
  }
}

/** @param {Held} dataset @returns {number} pictures that it has now */
export const countOf = ({ images, ...shape }) =>
  images instanceof PackedPictures ? images.count : images.length / pictureLength(shape);

/**
 * Some pictures of a data set, one after another.
 * @param {Held} dataset
 * @param {number[]} chosen numbers of pictures, [N]
 * @returns {Uint8Array<ArrayBuffer>} a copy, [N · size² · channels]
 */
export function picturesOf({ images, ...shape }, chosen) {
  const length = pictureLength(shape);
  const pictures = new Uint8Array(chosen.length * length);
  for (const [i, index] of chosen.entries()) {
    const out = pictures.subarray(i * length, (i + 1) * length);
    if (images instanceof PackedPictures) images.copyTo(index, out);
    else out.set(images.subarray(index * length, (index + 1) * length));
  }
  return pictures;
}

/** @param {number} first @param {number} end @returns {number[]} the numbers from the first on, without the end */
export const range = (first, end) => Array.from({ length: end - first }, (_, i) => first + i);
