/** The wall: 64 pictures in rows. Two moments can be compared: left of a line is the one that was kept, right of it the shown one. */

import { pictureLength } from "../engine/stages.js";
import { paintGrid } from "../shared/paint.js";
import { number } from "../shared/text.js";
import { find, findButton, findCanvas, findInput } from "./elements.js";

const COLUMNS = 8; // at most
const LINE_WIDTH = 3; // pixels of the canvas
const SIDE = 480; // pixels of the canvas at least; of large pictures it has as many as they have

/** @typedef {import("./run.js").Picture} Picture */

/** Few pictures are larger, so that they fill the wall. @param {Picture} picture */
function gridOf({ pixels, shape }) {
  const count = pixels.length / pictureLength(shape);
  const columns = Math.min(COLUMNS, Math.ceil(Math.sqrt(count)));
  return { columns, rows: Math.ceil(count / columns) };
}

/**
 * @param {number} left the step left of the line
 * @param {number} right the one right of it: the same at first
 */
const wordsOf = (left, right) =>
  left === right
    ? `Left of the line: step ${number(left)}. Move the slider beside Replay for another right of it.`
    : `Left of the line: step ${number(left)}. Right of it: step ${number(right)}.`;

/**
 * @param {HTMLElement} root holds .wall, .wall-words, and the controls .compare and .divide
 * @returns {{show: (picture: Picture) => void}}
 */
export function createWall(root) {
  const canvas = findCanvas(root, ".wall");
  const words = find(root, ".wall-words");
  const compare = findButton(root, ".compare");
  const divide = findInput(root, ".divide"); // 0 to 100, percent of the width
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const leftSide = new OffscreenCanvas(canvas.width, canvas.height);
  /** @type {Picture | null} */
  let shown = null;
  /** @type {Picture | null} */
  let kept = null; // what is left of the line

  function draw() {
    if (!shown) return;
    const { columns, rows } = gridOf(shown);
    const width = Math.max(SIDE, columns * ((shown.shape.size ?? 0) + 2)); // with a pixel of ground on each side
    const height = Math.round((width * rows) / columns);
    if (canvas.width !== width || canvas.height !== height)
      for (const each of [canvas, leftSide]) Object.assign(each, { width, height });
    paintGrid(canvas, shown.pixels, columns, shown.shape);
    let caption = shown.caption;
    if (kept) {
      drawLeftSide(kept);
      caption = wordsOf(kept.step ?? 0, shown.step ?? 0);
    }
    canvas.setAttribute("aria-label", caption);
    words.textContent = caption;
  }

  /** @param {Picture} picture */
  function drawLeftSide({ pixels, shape }) {
    const { width, height } = canvas;
    const edge = Math.round((width * Number(divide.value)) / 100);
    paintGrid(leftSide, pixels, COLUMNS, shape);
    if (edge) context.drawImage(leftSide, 0, 0, edge, height, 0, 0, edge, height);
    context.fillStyle = "#808080"; // the light theme shows the canvas inverted; grey stays grey
    context.fillRect(edge - LINE_WIDTH / 2, 0, LINE_WIDTH, height);
  }

  /** @param {Picture | null} picture to compare others with; null: there is no line */
  function keep(picture) {
    kept = picture;
    compare.setAttribute("aria-pressed", String(kept !== null));
    divide.hidden = kept === null;
    draw();
  }

  compare.addEventListener("click", () => keep(kept ? null : shown));
  divide.addEventListener("input", draw);
  canvas.addEventListener("pointermove", ({ clientX }) => {
    if (!kept) return;
    const { left, width } = canvas.getBoundingClientRect();
    divide.value = String((100 * (clientX - left)) / width);
    draw();
  });

  return {
    show(picture) {
      shown = picture;
      compare.disabled = picture.step === undefined; // of no run, and no moment of one
      if (compare.disabled && kept) keep(null);
      else draw();
    },
  };
}
