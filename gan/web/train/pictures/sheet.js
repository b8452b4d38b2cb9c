// A sheet of what was read: some pictures of each class, as the networks will see them.

/** @import { Dataset } from "../../training/batch.js" */

import { pictureLength } from "../../engine/stages.js";
import { make, paintGrid } from "../../shared/paint.js";
import { number } from "../../shared/text.js";

const COLUMNS = 10;
const ROWS = 3; // where there are no classes
const MAX_CLASSES = 12; // that are shown
const SIDE = 30; // pixels of the screen that a picture gets

/** @param {Dataset} dataset @param {number} label @returns {number[]} numbers of the pictures of a class */
const membersOf = ({ labels }, label) => [...(labels?.keys() ?? [])].filter((i) => labels?.[i] === label);

/**
 * @param {HTMLElement} root is filled
 * @param {Dataset} dataset
 */
export function showSheet(root, dataset) {
  root.replaceChildren();
  const { class_names, images } = dataset;
  if (!class_names.length) {
    const count = Math.min(COLUMNS * ROWS, images.length / pictureLength(dataset));
    addRow(root, dataset, [...Array(count).keys()], "");
  }
  for (const [label, name] of class_names.slice(0, MAX_CLASSES).entries()) {
    const members = membersOf(dataset, label);
    addRow(root, dataset, members.slice(0, COLUMNS), `${name}: ${number(members.length)}`);
  }
}

/**
 * @param {HTMLElement} root
 * @param {Dataset} dataset
 * @param {number[]} members numbers of the pictures
 * @param {string} caption
 */
function addRow(root, dataset, members, caption) {
  const { images } = dataset;
  const size = pictureLength(dataset);
  const rows = Math.ceil(members.length / COLUMNS);
  const pixels = new Uint8Array(members.length * size);
  members.forEach((i, place) => {
    pixels.set(images.subarray(i * size, (i + 1) * size), place * size);
  });
  const columns = Math.min(COLUMNS, members.length);
  const figure = make(root, "figure");
  const side = Math.max(SIDE, (dataset.size ?? 0) + 2); // pixels of the canvas: none of the picture is lost on a fine screen
  const attributes = { width: columns * side, height: rows * side, class: "ink", "aria-hidden": "true" };
  const canvas = make(figure, "canvas", attributes);
  canvas.style.width = `${columns * SIDE}px`;
  paintGrid(canvas, pixels, columns, dataset);
  make(figure, "figcaption", {}, caption);
}
