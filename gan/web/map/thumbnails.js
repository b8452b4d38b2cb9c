// The pictures of a map as coloured thumbnails, on a canvas of their own from which they are copied.

/** @import { Tiles } from "./surface.js" */
/** @import { Pixel } from "./viewport.js" */

import { contextOf } from "../shared/elements.js";
import { tint } from "../shared/paint.js";

/** Of classes, in turn where there are more of them. Any two are at least 30 apart in CIELAB, so that they are told apart. */
export const COLOURS = [
  "#d9512f",
  "#3a74e8",
  "#c99a1c",
  "#279a58",
  "#9c50c4",
  "#d0649b",
  "#30b5c8",
  "#8f6f4a",
  "#90ad2a",
  "#858a92",
];
const LOW_SCORE = [120, 128, 140]; // red, green and blue of D's score 0
const HIGH_SCORE = [217, 81, 47]; // and of 100
const COLUMNS = 50; // thumbnails in a row of the sheet
const STRIP = 1 / 9; // of a picture in colours, below, has the colour of its class

/** @param {number} label a class @returns {string} its colour */
export const colourOfClass = (label) => COLOURS[label % COLOURS.length];

/** @param {string} hex "#d9512f" @returns {number[]} red, green and blue */
const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
/** @param {number} score 0…100 @returns {number[]} red, green and blue */
const ofScore = (score) => LOW_SCORE.map((low, i) => low + ((HIGH_SCORE[i] - low) * score) / 100);

/**
 * A picture in its own colours, on a strip of another.
 * @param {Uint8Array} pixels [side² · 3]
 * @param {number[]} strip red, green and blue
 * @returns {ImageData}
 */
function onStrip(pixels, strip) {
  const side = Math.sqrt(pixels.length / 3);
  const image = new ImageData(side, side);
  const last = Math.round(side * (1 - STRIP)) * side; // from this pixel on there is the strip
  for (let i = 0; i < side * side; i++) {
    image.data.set(i < last ? pixels.subarray(3 * i, 3 * i + 3) : strip, 4 * i);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

export class Thumbnails {
  /** @param {() => boolean} isByScore whether D's score gives the colours, not the class */
  constructor(isByScore) {
    this.isByScore = isByScore;
    this.sheet = document.createElement("canvas");
    this.side = 28; // pixels of a thumbnail: as many as the pictures have
    /** @type {{tiles: Tiles | null, isByScore: boolean, count: number}} */
    this.coloured = { tiles: null, isByScore: false, count: 0 }; // what is on the sheet
  }

  /** @param {Tiles} tiles @param {number} i @returns {number[]} red, green and blue of a thumbnail */
  colourOf({ scores, digits }, i) {
    return this.isByScore() ? ofScore(scores[i]) : rgb(colourOfClass(digits[i]));
  }

  /**
   * Colours the thumbnails that are not coloured yet.
   * @param {Tiles} tiles
   * @param {number} size numbers in a picture
   * @param {number} channels of a picture
   */
  colour(tiles, size, channels) {
    const { coloured, sheet } = this;
    const isByScore = this.isByScore();
    const isSame = coloured.tiles === tiles && coloured.isByScore === isByScore;
    const start = isSame ? coloured.count : 0;
    this.coloured = { tiles, isByScore, count: tiles.drawn };
    if (!isSame) {
      this.side = Math.sqrt(size / channels);
      sheet.width = this.side * COLUMNS; // this clears it
      sheet.height = this.side * Math.ceil(tiles.positions.length / COLUMNS);
    }
    const target = contextOf(sheet);
    for (let i = start; i < tiles.drawn; i++) {
      const pixels = tiles.pictures.subarray(i * size, (i + 1) * size);
      const image = (channels === 1 ? tint : onStrip)(pixels, this.colourOf(tiles, i));
      target.putImageData(image, this.side * (i % COLUMNS), this.side * Math.floor(i / COLUMNS));
    }
  }

  /**
   * Draws a thumbnail; one that is still to come is a dot of its colour.
   * @param {CanvasRenderingContext2D} context
   * @param {Tiles} tiles
   * @param {number} i which of them
   * @param {Pixel} pixel its middle
   * @param {number} size in pixels
   */
  draw(context, tiles, i, [x, y], size) {
    if (this.coloured.tiles === tiles && i < this.coloured.count) {
      const { side } = this;
      const [left, top] = [side * (i % COLUMNS), side * Math.floor(i / COLUMNS)];
      context.drawImage(this.sheet, left, top, side, side, x - size / 2, y - size / 2, size, size);
    } else {
      context.fillStyle = `rgb(${this.colourOf(tiles, i)})`;
      context.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
  }
}
