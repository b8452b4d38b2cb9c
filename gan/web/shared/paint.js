// Pixels onto canvases, and elements into the page. A picture is 28 × 28 pixels: uint8 [784 · channels].

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

const small = new OffscreenCanvas(28, 28);
const smallContext = contextOf(small, { willReadFrequently: true });
const smallImage = new ImageData(28, 28);
const words = new Uint32Array(smallImage.data.buffer); // a pixel each: alpha, blue, green, red

/** @param {HTMLCanvasElement} canvas that is filled with `smallImage` */
function stretch(canvas) {
  smallContext.putImageData(smallImage, 0, 0);
  fill(canvas, small);
}

/** @param {HTMLCanvasElement | OffscreenCanvas} canvas @param {OffscreenCanvas} picture that fills it */
function fill(canvas, picture) {
  const context = contextOf(canvas);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
}

/**
 * @param {HTMLCanvasElement} canvas that is filled
 * @param {Uint8Array} pixels [784 · channels]
 */
export function paint(canvas, pixels) {
  const isColour = pixels.length === 3 * 784;
  for (let i = 0; i < 784; i++) {
    const at = isColour ? 3 * i : i;
    const [r, g, b] = [pixels[at], pixels[isColour ? at + 1 : at], pixels[isColour ? at + 2 : at]];
    words[i] = 0xff000000 | (b << 16) | (g << 8) | r;
  }
  stretch(canvas);
}

/**
 * Many pictures, in rows.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas that is filled
 * @param {Uint8Array} pixels [count · 784 · channels]
 * @param {number} columns
 * @param {number} [channels] 1 or 3
 */
export function paintGrid(canvas, pixels, columns, channels = 1) {
  const count = pixels.length / (784 * channels);
  const side = 30; // a pixel of ground on each side
  const image = new ImageData(columns * side, Math.ceil(count / columns) * side);
  const target = new Uint32Array(image.data.buffer).fill(0xff000000);
  for (let i = 0; i < count; i++) {
    const corner = (Math.floor(i / columns) * side + 1) * image.width + (i % columns) * side + 1;
    for (let p = 0; p < 784; p++) {
      const at = (784 * i + p) * channels;
      const [r, g, b] = [pixels[at], pixels[at + (channels === 3 ? 1 : 0)], pixels[at + channels - 1]];
      target[corner + Math.floor(p / 28) * image.width + (p % 28)] = 0xff000000 | (b << 16) | (g << 8) | r;
    }
  }
  const grid = new OffscreenCanvas(image.width, image.height);
  contextOf(grid).putImageData(image, 0, 0);
  fill(canvas, grid);
}

/**
 * One picture as ink of a colour, on nothing.
 * @param {Uint8Array} pixels [784 · channels]
 * @param {number[]} colour red, green and blue, 0…255
 * @returns {ImageData}
 */
export function tint(pixels, [r, g, b]) {
  const image = new ImageData(28, 28);
  const target = new Uint32Array(image.data.buffer);
  const channels = pixels.length / 784;
  for (let i = 0; i < 784; i++) target[i] = (pixels[i * channels] << 24) | (b << 16) | (g << 8) | r;
  return image;
}

/**
 * D's saliency map: one colour where more ink would please D, another where less would.
 * @param {HTMLCanvasElement} canvas that is filled
 * @param {Float32Array} saliency the slope of D's logit at each pixel, [784 · channels]
 */
export function paintSaliency(canvas, saliency) {
  const channels = saliency.length / 784;
  const sums = Array.from({ length: 784 }, (_, i) =>
    saliency.subarray(i * channels, (i + 1) * channels).reduce((a, b) => a + b),
  );
  const largest = sums.reduce((top, slope) => Math.max(top, Math.abs(slope)), 1e-9);
  sums.forEach((slope, i) => {
    const strength = Math.round(220 * Math.sqrt(Math.abs(slope) / largest));
    words[i] = (strength << 24) | (slope > 0 ? 0x2f78ef : 0xd66a2f);
  });
  stretch(canvas);
}
