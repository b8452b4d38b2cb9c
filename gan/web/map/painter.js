// Puts a map on its canvas: its thumbnails, a frame where z is, and words.

/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Thumbnails } from "./thumbnails.js" */
/** @import { Pixel, Viewport } from "./viewport.js" */

import { contextOf } from "../shared/elements.js";
import { textScale } from "../shared/paint.js";

const MIN_FRAME = 22; // pixels on a side of the frame

export class Painter {
  /**
   * @param {HTMLElement} root whose colours the words have
   * @param {HTMLCanvasElement} canvas
   * @param {Viewport} view
   * @param {Thumbnails} thumbnails
   */
  constructor(root, canvas, view, thumbnails) {
    this.style = getComputedStyle(root); // it follows the root's style
    this.canvas = canvas;
    this.context = contextOf(canvas);
    this.view = view;
    this.thumbnails = thumbnails;
  }

  /** @param {Surface} surface @param {boolean} isNamed whether words say what the frame is */
  paint(surface, isNamed) {
    this.clear();
    const tiles = surface.tiles();
    const isBusy = !tiles || tiles.drawn < tiles.positions.length; // dots are still to become pictures
    this.canvas.setAttribute("aria-busy", String(isBusy));
    if (!tiles) return;
    const size = surface.tileSize();
    this.paintTiles(tiles, size);
    for (const { position, seed } of surface.corners()) {
      const pixel = this.view.toScreen(position);
      this.write(pixel, "●", 4);
      this.write(pixel, `seed ${seed}`, 20 * textScale());
    }
    this.frame(surface, Math.max(size, MIN_FRAME), isNamed);
  }

  /** Makes the canvas as sharp as the screen is. */
  clear() {
    const { canvas, context } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
  }

  /** Those that are in sight. @param {Tiles} tiles @param {number} size of a picture, in pixels */
  paintTiles(tiles, size) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const project = this.view.projection();
    tiles.positions.forEach((position, i) => {
      const [x, y] = project(position);
      if (x < -size || y < -size || x > width + size || y > height + size) return;
      this.thumbnails.draw(this.context, tiles, i, [x, y], size);
    });
  }

  /**
   * A frame where z is.
   * @param {Surface} surface
   * @param {number} size of the frame, in pixels
   * @param {boolean} isNamed whether words say what it is
   */
  frame(surface, size, isNamed) {
    const now = surface.here();
    if (!now) return;
    const { context } = this;
    const [x, y] = this.view.toScreen(now.position);
    context.lineWidth = 2.5;
    context.strokeStyle = this.style.getPropertyValue("--body-text-color");
    context.setLineDash(now.exact ? [] : [5, 4]);
    context.strokeRect(x - size / 2 - 2, y - size / 2 - 2, size + 4, size + 4);
    context.setLineDash([]);
    if (isNamed)
      this.write([x, y], now.exact ? "you are here" : "most like yours", size / 2 + 18 * textScale());
  }

  /**
   * Words, moved sideways as far as the canvas asks.
   * @param {Pixel} pixel
   * @param {string} text
   * @param {number} below pixels from there down to its line
   */
  write([x, y], text, below) {
    const { canvas, context, style } = this;
    context.font = `600 ${12 * textScale()}px ui-sans-serif, system-ui, sans-serif`;
    context.textAlign = "center";
    context.lineWidth = 4;
    context.strokeStyle = style.getPropertyValue("--plate");
    context.fillStyle = style.getPropertyValue("--body-text-color");
    const room = context.measureText(text).width / 2 + 4;
    const left = Math.max(room, Math.min(canvas.clientWidth - room, x));
    context.strokeText(text, left, y + below);
    context.fillText(text, left, y + below);
  }
}
