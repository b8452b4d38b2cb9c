// Puts a map on its canvas: coloured thumbnails, a mark where z is, and words.

/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Pixel, Viewport } from "./viewport.js" */

import { contextOf } from "../shared/elements.js";
import { tint } from "../shared/paint.js";

/** Of digits; panels.css has them too. */
const COLOURS = [
  "#d9512f",
  "#3f7fbf",
  "#c99a1c",
  "#2f9c6a",
  "#8a5fc4",
  "#d0649b",
  "#3aa3a8",
  "#8f6f4a",
  "#7d9a35",
  "#5f6b8c",
];
const LOW_SCORE = [120, 128, 140]; // red, green and blue of D's score 0
const HIGH_SCORE = [217, 81, 47]; // and of 100
const COLUMNS = 50; // thumbnails in a row of the sheet

/** @param {string} hex "#d9512f" @returns {number[]} red, green and blue */
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
/** @param {number} score 0…100 @returns {number[]} red, green and blue */
const ofScore = (score) => LOW_SCORE.map((low, i) => low + ((HIGH_SCORE[i] - low) * score) / 100);

/**
 * @param {HTMLElement} root whose colours the words have
 * @param {HTMLCanvasElement} canvas
 * @param {Viewport} view
 * @param {() => boolean} byScore whether D's score gives the colours, not the digit
 */
export function createPainter(root, canvas, view, byScore) {
  const context = contextOf(canvas);
  /** @type {HTMLCanvasElement | null} */
  let sheet = null; // coloured thumbnails
  /** @type {{tiles: Tiles | null, byScore: boolean, count: number}} */
  let coloured = { tiles: null, byScore: false, count: 0 }; // what is on the sheet

  /** @param {Tiles} tiles @param {number} i @returns {number[]} */
  const colourOf = ({ scores, digits }, i) => (byScore() ? ofScore(scores[i]) : rgb(COLOURS[digits[i]]));

  /**
   * Colours the thumbnails that are not coloured yet.
   * @param {Tiles} tiles
   * @param {number} size numbers in a picture
   */
  function colour(tiles, size) {
    const isSame = coloured.tiles === tiles && coloured.byScore === byScore();
    const start = isSame ? coloured.count : 0;
    coloured = { tiles, byScore: byScore(), count: tiles.drawn };
    if (!sheet || !isSame) {
      sheet = document.createElement("canvas");
      sheet.width = 28 * COLUMNS;
      sheet.height = 28 * Math.ceil(tiles.positions.length / COLUMNS);
    }
    const target = contextOf(sheet);
    for (let i = start; i < tiles.drawn; i++) {
      const image = tint(tiles.pictures.subarray(i * size, (i + 1) * size), colourOf(tiles, i));
      target.putImageData(image, 28 * (i % COLUMNS), 28 * Math.floor(i / COLUMNS));
    }
  }

  /** Makes the canvas as sharp as the screen is. */
  function clear() {
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
  }

  /** @param {Tiles} tiles @param {number} size of a picture, in pixels */
  function paintTiles(tiles, size) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const project = view.projection();
    tiles.positions.forEach((position, i) => {
      const [x, y] = project(position);
      if (x < -size || y < -size || x > width + size || y > height + size) return;
      if (sheet && coloured.tiles === tiles && i < coloured.count) {
        const [left, top] = [28 * (i % COLUMNS), 28 * Math.floor(i / COLUMNS)];
        context.drawImage(sheet, left, top, 28, 28, x - size / 2, y - size / 2, size, size);
      } else {
        context.fillStyle = `rgb(${colourOf(tiles, i)})`;
        context.fillRect(x - 1.5, y - 1.5, 3, 3);
      }
    });
  }

  /**
   * @param {Pixel} pixel
   * @param {[string, number][]} lines each with the pixels below that one
   */
  function write([x, y], lines) {
    const style = getComputedStyle(root);
    context.font = "600 12px ui-sans-serif, system-ui, sans-serif";
    context.textAlign = "center";
    context.lineWidth = 4;
    context.strokeStyle = style.getPropertyValue("--plate");
    context.fillStyle = style.getPropertyValue("--body-text-color");
    for (const [text, below] of lines) {
      const room = context.measureText(text).width / 2 + 4;
      const left = Math.max(room, Math.min(canvas.clientWidth - room, x));
      context.strokeText(text, left, y + below);
      context.fillText(text, left, y + below);
    }
  }

  /**
   * A frame where z is.
   * @param {Surface} surface
   * @param {number} size of the frame, in pixels
   * @param {boolean} isNamed whether words say what it is
   */
  function mark(surface, size, isNamed) {
    const now = surface.here();
    if (!now) return;
    const [x, y] = view.toScreen(now.position);
    context.lineWidth = 2.5;
    context.strokeStyle = getComputedStyle(root).getPropertyValue("--body-text-color");
    context.setLineDash(now.exact ? [] : [5, 4]);
    context.strokeRect(x - size / 2 - 2, y - size / 2 - 2, size + 4, size + 4);
    context.setLineDash([]);
    if (isNamed) write([x, y], [[now.exact ? "you are here" : "most like yours", size / 2 + 18]]);
  }

  /** @param {Surface} surface @param {boolean} isNamed whether words say what the frame is */
  function paint(surface, isNamed) {
    clear();
    const tiles = surface.tiles();
    if (!tiles) return;
    const size = surface.tileSize();
    paintTiles(tiles, size);
    for (const { position, seed } of surface.corners()) {
      write(view.toScreen(position), [
        ["●", 4],
        [`seed ${seed}`, 20],
      ]);
    }
    mark(surface, Math.max(size, 22), isNamed);
  }

  return { colour, paint };
}
