// The feature maps of one layer, as tiles of a canvas. A tile is chosen with the mouse, a finger or the keyboard.

/** @import { FeatureMaps } from "../../engine/types.js" */

import { contextOf } from "../../shared/elements.js";
import { isBrowsersKey } from "../../shared/keys.js";
import { make } from "../../shared/paint.js";

const GAP = 1; // pixels between two tiles
const GROUND = 0xff3a3a3a; // between the tiles
const WIDE = { G: 1.5, D: 2 }; // so many times as many columns of tiles as rows
const SCALE = 8; // pixels of the canvas for a pixel of the maps with their gaps, at 7 × 7

export class Maps {
  /**
   * @param {HTMLElement} figure that is filled
   * @param {keyof typeof WIDE} title
   * @param {(number: number) => void} toggle switches a map off or on
   */
  constructor(figure, title, toggle) {
    this.title = title;
    this.columns = 1; // of tiles
    this.toggle = toggle;
    this.at = 0; // the tile that the keyboard is at
    /** @type {FeatureMaps | null} */
    this.maps = null;
    /** @type {number[]} */
    this.silenced = [];
    this.canvas = make(figure, "canvas", { tabindex: 0, role: "application" });
    this.caption = make(figure, "figcaption", {}, title);
    this.small = new OffscreenCanvas(1, 1);
    this.canvas.addEventListener("click", (event) => this.click(event));
    this.canvas.addEventListener("keydown", (event) => this.followKey(event));
    for (const change of ["focus", "blur"]) this.canvas.addEventListener(change, () => this.draw());
    this.describe();
  }

  /**
   * @param {FeatureMaps} maps
   * @param {number[]} silenced numbers of those that are off
   */
  show(maps, silenced) {
    this.maps = maps;
    this.silenced = silenced;
    const { count, side } = maps;
    this.columns = Math.round(Math.sqrt(WIDE[this.title] * count));
    this.caption.textContent = `${this.title}: ${count} maps of ${side} × ${side}`;
    this.draw();
    this.describe();
  }

  describe() {
    const isOff = this.silenced.includes(this.at);
    const text = `${this.title}: map ${this.at + 1}${isOff ? ", off" : ""}. Arrow keys choose one, Enter switches it.`;
    this.canvas.setAttribute("aria-label", text);
  }

  draw() {
    if (!this.maps) return;
    const { side, count, values } = this.maps;
    const { columns, small, canvas } = this;
    const pitch = side + GAP;
    const rows = Math.ceil(count / columns);
    [small.width, small.height] = [columns * pitch, rows * pitch];
    const image = new ImageData(small.width, small.height);
    const pixels = new Uint32Array(image.data.buffer).fill(GROUND);
    const top = values.reduce((most, value) => Math.max(most, value), 1e-9);
    for (let map = 0; map < rows * columns; map++) {
      const corner = Math.floor(map / columns) * pitch * small.width + (map % columns) * pitch;
      for (let i = 0; i < side * side; i++) {
        const value = map < count ? Math.max(0, values[i * count + map]) : 0; // the last row may not be full
        const ink = Math.round(255 * Math.sqrt(value / top));
        pixels[corner + Math.floor(i / side) * small.width + (i % side)] =
          0xff000000 | (ink << 16) | (ink << 8) | ink;
      }
    }
    contextOf(small).putImageData(image, 0, 0);
    const scale = Math.max(2, Math.round((SCALE * 8) / pitch));
    [canvas.width, canvas.height] = [small.width * scale, small.height * scale];
    const context = contextOf(canvas);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
    this.drawFrames(pitch * scale);
  }

  /** Crosses out what is off, and frames the tile that the keyboard is at. @param {number} size of a tile */
  drawFrames(size) {
    const context = contextOf(this.canvas);
    context.lineWidth = size / 12;
    context.strokeStyle = "#fff";
    const corner = (/** @type {number} */ map) => [
      (map % this.columns) * size,
      Math.floor(map / this.columns) * size,
    ];
    context.beginPath();
    for (const map of this.silenced) {
      const [x, y] = corner(map);
      const [low, high] = [0.18 * size, 0.7 * size];
      context.moveTo(x + low, y + low);
      context.lineTo(x + high, y + high);
      context.moveTo(x + high, y + low);
      context.lineTo(x + low, y + high);
    }
    context.stroke();
    if (document.activeElement !== this.canvas) return;
    const [x, y] = corner(this.at);
    context.strokeRect(x, y, size * 0.92, size * 0.92);
  }

  /** @param {MouseEvent} event */
  click({ offsetX, offsetY }) {
    if (!this.maps) return;
    const rows = Math.ceil(this.maps.count / this.columns);
    const column = Math.floor((offsetX / this.canvas.clientWidth) * this.columns);
    const row = Math.floor((offsetY / this.canvas.clientHeight) * rows);
    this.at = Math.max(0, Math.min(this.maps.count - 1, row * this.columns + column));
    this.toggle(this.at);
  }

  /** @param {KeyboardEvent} event */
  followKey(event) {
    if (!this.maps || isBrowsersKey(event)) return;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns };
    const move = moves[/** @type {keyof typeof moves} */ (event.key)];
    if (!move && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!move) return this.toggle(this.at);
    const next = this.at + move;
    if (next >= 0 && next < this.maps.count) this.at = next;
    this.draw();
    return this.describe();
  }
}
