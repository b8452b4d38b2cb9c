// Pixels onto canvases, and elements into the page. A picture is uint8 [size² · channels], and its length tells which.

/** @import { Shape } from "../engine/stages.js" */

import { pictureLength, shapeOf } from "../engine/stages.js";
import { contextOf } from "./elements.js";

/**
 * A new element at the end of another.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} parent
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(parent, tag, attributes = {}, text = "") {
  const child = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, String(value));
  child.textContent = text;
  parent.appendChild(child);
  return child;
}

/**
 * One of several buttons of which one is on.
 * @param {Element} parent
 * @param {string} name that the buttons of the group share
 * @param {boolean} checked
 * @param {() => void} choose is called when it is chosen
 * @returns {HTMLSpanElement} what is to be filled with its face
 */
export function choice(parent, name, checked, choose) {
  const label = make(parent, "label", { class: "choice" });
  const input = make(label, "input", { type: "radio", name });
  input.checked = checked;
  input.addEventListener("change", choose);
  return make(label, "span");
}

/**
 * Texts of the page's usual size have 16 pixels, unless the browser is told otherwise. A canvas does not follow by itself.
 * @returns {number} how many times as large they are
 */
export const textScale = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/**
 * A picture at its own size, before it is stretched. Its words are a pixel each: alpha, blue, green, red.
 * @typedef {{canvas: OffscreenCanvas, image: ImageData, words: Uint32Array}} Small
 */

/**
 * @type {Map<string, Small>} by width and height, each made at its first use and used again: a run that trains paints
 *   its samples several times a second, and new ones would make megabytes of garbage each second
 */
const smalls = new Map();

/** @param {number} width in pixels @param {number} [height] @returns {Small} what was last painted is still on it */
function smallOf(width, height = width) {
  const name = `${width} ${height}`;
  let small = smalls.get(name);
  if (!small) {
    const image = new ImageData(width, height);
    small = { canvas: new OffscreenCanvas(width, height), image, words: new Uint32Array(image.data.buffer) };
    smalls.set(name, small);
  }
  return small;
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas that is filled @param {Small} small */
function stretch(canvas, small) {
  contextOf(small.canvas, { willReadFrequently: true }).putImageData(small.image, 0, 0);
  const context = contextOf(canvas);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(small.canvas, 0, 0, canvas.width, canvas.height);
}

/**
 * The colour of a pixel.
 * @param {Uint8Array} pixels
 * @param {number} at where the pixel's numbers are
 * @param {boolean} isColour whether they are three
 * @returns {number} alpha, blue, green, red
 */
const wordOf = (pixels, at, isColour) =>
  0xff000000 | (pixels[isColour ? at + 2 : at] << 16) | (pixels[isColour ? at + 1 : at] << 8) | pixels[at];

/**
 * @param {HTMLCanvasElement} canvas that is filled
 * @param {Uint8Array} pixels [size² · channels]
 */
export function paint(canvas, pixels) {
  const { size, channels } = shapeOf(pixels.length);
  const small = smallOf(size);
  const isColour = channels === 3;
  for (let i = 0; i < size * size; i++) small.words[i] = wordOf(pixels, channels * i, isColour);
  stretch(canvas, small);
}

/**
 * Many pictures, in rows.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas that is filled
 * @param {Uint8Array} pixels [count · size² · channels]
 * @param {number} columns
 * @param {Shape} [shape] of a picture; nothing: 28 × 28 in grey
 */
export function paintGrid(canvas, pixels, columns, shape = { channels: 1 }) {
  const { size = 28, channels } = shape;
  const count = pixels.length / pictureLength(shape);
  const isColour = channels === 3;
  const side = size + 2; // a pixel of ground on each side
  const width = columns * side;
  const grid = smallOf(width, Math.ceil(count / columns) * side);
  grid.words.fill(0); // a place without a picture stays free
  for (let i = 0; i < count; i++) {
    const place = (Math.floor(i / columns) * width + (i % columns)) * side;
    for (let y = 0; y < side; y++) grid.words.fill(0xff000000, place + y * width, place + y * width + side);
    const corner = place + width + 1;
    for (let p = 0; p < size * size; p++) {
      const at = channels * (size * size * i + p);
      grid.words[corner + Math.floor(p / size) * width + (p % size)] = wordOf(pixels, at, isColour);
    }
  }
  stretch(canvas, grid);
}

/**
 * One picture as ink of a colour, on nothing.
 * @param {Uint8Array} pixels [size² · channels]
 * @param {number[]} colour red, green and blue, 0…255
 * @returns {ImageData}
 */
export function tint(pixels, [r, g, b]) {
  const { size, channels } = shapeOf(pixels.length);
  const image = new ImageData(size, size);
  const target = new Uint32Array(image.data.buffer);
  for (let i = 0; i < target.length; i++) target[i] = (pixels[i * channels] << 24) | (b << 16) | (g << 8) | r;
  return image;
}

/**
 * D's saliency map: one colour where more ink, or light, would please D, another where less would.
 * @param {HTMLCanvasElement} canvas that is filled
 * @param {Float32Array} saliency the slope of D's logit at each pixel, [size² · channels]
 */
export function paintSaliency(canvas, saliency) {
  const { size, channels } = shapeOf(saliency.length);
  const small = smallOf(size);
  const sums = Array.from({ length: size * size }, (_, i) =>
    saliency.subarray(i * channels, (i + 1) * channels).reduce((a, b) => a + b),
  );
  const largest = sums.reduce((top, slope) => Math.max(top, Math.abs(slope)), 1e-9);
  sums.forEach((slope, i) => {
    const strength = Math.round(220 * Math.sqrt(Math.abs(slope) / largest));
    small.words[i] = (strength << 24) | (slope > 0 ? 0x2f78ef : 0xd66a2f);
  });
  stretch(canvas, small);
}
