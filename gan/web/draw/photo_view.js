// The photograph beside the pad: what of it was taken is marked, and can be corrected.

/** @import { Finder } from "../shared/elements.js" */
/** @import { Raster } from "../shared/pictures/resampling.js" */
/** @import { Choice, Taken, Taker } from "./taking.js" */

import { contextOf } from "../shared/elements.js";
import { decode } from "../shared/pictures/decoding.js";
import { listenForPhotographs } from "./photo_source.js";
import { workingSize } from "./photograph.js";

const DECODED = 200; // pixels: the shorter side of a large photograph is decoded to twice this at least
const MARKED = [217, 81, 47]; // red, green, blue of what was taken
const UNMARKED = [47, 111, 143]; // of what could be taken instead
const STRENGTH = 0.75; // of these colours over the photograph's

/**
 * @typedef {object} Panel
 * @property {(raster: Raster) => Promise<Taker>} taker for the model that is chosen
 * @property {(taken: Taken) => void} show shows what was taken, and looks for it
 * @property {() => void} clear takes away all that is on the pad
 * @property {(text: string) => void} complain says one line
 */

export class PhotoView {
  #elements;
  #panel;
  /** @type {{raster: Raster, taker: Taker} | null} */
  #photograph = null;
  /** @type {Choice} */
  #choice = { isLight: false, threshold: 128, point: null };
  /** @type {[number, number][]} */
  #others = [];
  #asked = 0; // counts up with each photograph: reading an earlier one is then in vain

  /** @param {Finder} elements @param {Panel} panel */
  constructor(elements, panel) {
    const { button, input, canvas } = elements;
    this.#elements = elements;
    this.#panel = panel;
    listenForPhotographs(elements, (file) => this.read(file));
    input(".photo-threshold").addEventListener("input", ({ currentTarget }) => {
      this.#change({ threshold: Number(/** @type {HTMLInputElement} */ (currentTarget).value) });
    });
    input(".photo-light").addEventListener("change", ({ currentTarget }) => {
      const isLight = /** @type {HTMLInputElement} */ (currentTarget).checked;
      const threshold = this.#photograph?.taker.threshold(isLight);
      this.#change({ isLight, point: null, ...(threshold && { threshold }) });
    });
    button(".photo-other").addEventListener("click", () => this.#change({ point: this.#others[0] }));
    canvas(".photo").addEventListener("click", (event) => this.#change({ point: this.#placeOf(event) }));
  }

  get isOpen() {
    return this.#photograph !== null;
  }

  /** Takes the photograph off the panel. */
  close() {
    this.#asked++;
    this.#photograph = null;
    this.#elements.find(".photograph").hidden = true;
  }

  /** @param {{size: number, type: string, slice: Blob["slice"]} & Blob} file */
  async read(file) {
    this.#panel.clear();
    const mine = ++this.#asked;
    this.#panel.complain("Reading the photograph …");
    try {
      const raster = workingSize(await decode({ size: file.size, open: async () => file }, DECODED));
      const taker = await this.#panel.taker(raster);
      if (mine !== this.#asked) return;
      this.#photograph = { raster, taker };
      const { isLight } = taker;
      this.#elements.find(".photograph").hidden = false;
      this.#change({ isLight, threshold: taker.threshold(isLight), point: null });
    } catch (error) {
      if (mine !== this.#asked) return;
      const { message } = /** @type {Error} */ (error);
      this.#panel.complain(
        `This photograph cannot be read: ${message}. Save it as JPEG or PNG, and try again.`,
      );
    }
  }

  /** @param {Partial<Choice>} part */
  #change(part) {
    if (!this.#photograph) return;
    const { find, input, button } = this.#elements;
    const { raster, taker } = this.#photograph;
    this.#choice = { ...this.#choice, ...part };
    const taken = taker.take(this.#choice);
    this.#others = taken.others;
    input(".photo-threshold").value = String(this.#choice.threshold);
    input(".photo-light").checked = this.#choice.isLight;
    find(".photo-light-words").textContent = taken.picture ? "Inverted" : "Light on dark";
    button(".photo-other").hidden = !taken.others.length;
    this.#paint(raster, taken);
    this.#panel.show(taken);
  }

  /** @param {Raster} raster @param {Taken} taken */
  #paint({ width, height, data }, { marked, unmarked }) {
    const canvas = this.#elements.canvas(".photo");
    [canvas.width, canvas.height] = [width, height];
    const image = new ImageData(new Uint8ClampedArray(data), width, height);
    for (const [pixels, colour] of /** @type {const} */ ([
      [marked, MARKED],
      [unmarked, UNMARKED],
    ])) {
      for (const at of pixels) {
        for (let c = 0; c < 3; c++) image.data[4 * at + c] += STRENGTH * (colour[c] - image.data[4 * at + c]);
      }
    }
    contextOf(canvas).putImageData(image, 0, 0);
  }

  /** Where in the photograph an event was. @param {MouseEvent} event @returns {[number, number]} */
  #placeOf({ clientX, clientY }) {
    const canvas = this.#elements.canvas(".photo");
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) * canvas.width) / width, ((clientY - top) * canvas.height) / height];
  }
}
