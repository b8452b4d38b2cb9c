// How the size of a picture becomes the stages of both networks, as gan/stages.py has it. A stage is one layer of stride
// 2: G doubles the size of its feature maps at each, and D halves it.

/** @type {Record<number, number>} the size of a picture -> of G's first map and of D's last one, in pixels */
const FIRST_MAPS = { 28: 7, 32: 8, 64: 8 };

/** The sizes of which there are networks, in pixels, smallest first. */
export const SIZES = Object.keys(FIRST_MAPS).map(Number);

/** @typedef {{size?: number, channels: number}} Shape of a picture: [size, size, channels]; 28 where no size is said */

/**
 * The sizes of the feature maps at the narrow side of each stage, smallest first: of 28 pixels, [7, 14].
 * @param {number} [size] of a picture, in pixels; 28 where nothing is said, as in files of older versions
 * @returns {number[]}
 * @throws {Error} one line: there are no networks of that size.
 */
export function mapSides(size = 28) {
  if (!FIRST_MAPS[size]) throw new Error(`pictures of ${size} pixels; the networks make ${SIZES.join(", ")}`);
  const sides = [];
  for (let side = FIRST_MAPS[size]; side < size; side *= 2) sides.push(side);
  return sides;
}

/** @param {Shape} shape @returns {number} the numbers in a picture: 784 of one of 28 × 28 pixels in grey */
export const pictureLength = ({ size = 28, channels }) => size * size * channels;

/** @param {Shape} shape @returns {boolean} whether the digit classifier has learned to read such pictures: MNIST's */
export const canRead = (shape) => pictureLength(shape) === 28 * 28;

/** The shapes of pictures by their lengths: no two have the same. @type {Map<number, Required<Shape>>} */
const SHAPES = new Map(
  SIZES.flatMap((size) => [1, 3].map((channels) => ({ size, channels }))).map((shape) => [
    pictureLength(shape),
    shape,
  ]),
);

/**
 * The shape of a picture, which its length tells.
 * @param {number} length numbers in a picture
 * @returns {Required<Shape>}
 * @throws {Error} one line: it is none of a picture.
 */
export function shapeOf(length) {
  const shape = SHAPES.get(length);
  if (!shape) throw new Error(`${length} numbers are no picture of ${SIZES.join(", ")} pixels`);
  return shape;
}
