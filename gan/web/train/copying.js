/** Is it copying? Some forgeries of a run on a visitor's own pictures, and under each the nearest of these. */

import { nearestOf } from "../engine/nearest.js";
import { pictureLength } from "../engine/stages.js";
import { paintGrid } from "../shared/paint.js";
import { number } from "../shared/text.js";
import { median } from "../training/drawings.js";
import { copyWarning } from "../training/few_pictures.js";
import { find, findCanvas } from "./elements.js";

/** @import { Dataset } from "../training/batch.js" */

const COUNT = 8; // forgeries that are looked at
const COMPARED = 24; // of the visitor's pictures, whose distance from the nearest other one is measured
const NEAR = 0.5; // nearer than this part of that distance, a forgery is a copy

/**
 * Whether forgeries are copies.
 * @param {number} forged the usual distance of a forgery from the nearest picture
 * @param {number} real the usual distance of a picture from the nearest other one; 0: there is no other, or the same twice
 * @param {number} count pictures that there are
 * @returns {string} whole sentences
 */
export function verdictOn(forged, real, count) {
  const told = copyWarning(count);
  const away = `The forgeries are ${forged.toFixed(1)} from the nearest of your pictures`;
  if (!real) return `${told}${told && " "}${away}.`;
  const beside = `each of yours is ${real.toFixed(1)} from the nearest other`;
  const verdict = forged < NEAR * real ? "it copies" : `these are no copies${told && " yet"}`;
  return `${told}${told && " "}${away}, and ${beside}: ${verdict}.`;
}

/** Lets the page answer before the next search, which takes up to a tenth of a second. */
const pause = () => new Promise((resolve) => setTimeout(resolve));

/**
 * @param {Uint8Array} images [N · length]
 * @param {Uint8Array} forgeries [n · length]
 * @param {number} length
 * @returns {Promise<{index: number, distance: number}[]>} the nearest picture of each forgery, [n]
 */
async function nearestOfEach(images, forgeries, length) {
  const found = [];
  for (let at = 0; at < forgeries.length; at += length) {
    found.push(nearestOf(images, forgeries.subarray(at, at + length), 1)[0]);
    await pause();
  }
  return found;
}

/** @param {Dataset} dataset @returns {Promise<number>} the usual distance of a picture from the nearest other one; 0: there is no other */
async function usualDistance(dataset) {
  const { images } = dataset;
  const length = pictureLength(dataset);
  const count = images.length / length;
  if (count < 2) return 0;
  const distances = [];
  for (let i = 0; i < Math.min(COMPARED, count); i++) {
    const index = Math.floor((i * count) / Math.min(COMPARED, count));
    const picture = images.subarray(index * length, (index + 1) * length);
    distances.push(nearestOf(images, picture, 1, index)[0].distance);
    await pause();
  }
  return median(distances);
}

/** @param {Uint8Array} images @param {number} length @param {{index: number}[]} chosen @returns {Uint8Array} [chosen · length] */
function pick(images, length, chosen) {
  const made = new Uint8Array(chosen.length * length);
  chosen.forEach(({ index }, i) => {
    made.set(images.subarray(index * length, (index + 1) * length), i * length);
  });
  return made;
}

export class Copying {
  #root;
  /** @type {Dataset | null} the visitor's own pictures that the run learns from; null: it does not */
  #own = null;
  /** @type {Promise<number> | null} of a picture from the nearest other one */
  #usual = null;
  /** @type {Uint8Array | null} the forgeries that are to be looked at */
  #asked = null;
  /** @type {Uint8Array | null} those that were looked at last */
  #shown = null;
  #isBusy = false;

  /** @param {HTMLElement} root holds .nearest, a <details> with a canvas and a line for the verdict */
  constructor(root) {
    this.#root = find(root, ".nearest", HTMLDetailsElement);
    this.#root.addEventListener("toggle", () => this.#look());
  }

  /** @param {Dataset | null} own what the run learns from, if these are the visitor's own pictures */
  setPictures(own) {
    if (own === this.#own) return;
    this.#own = own;
    this.#usual = this.#asked = this.#shown = null;
    this.#root.hidden = own === null;
  }

  /** Another moment of the run is on the wall. @param {Uint8Array} forgeries [64 · size² · channels] */
  show(forgeries) {
    this.#asked = forgeries;
    this.#look();
  }

  /** Looks at the forgeries of the moment, if the visitor does; meanwhile others may have come. */
  async #look() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#root.open && this.#own && this.#asked && this.#asked !== this.#shown) {
        this.#shown = this.#asked;
        await this.#compare(this.#own, this.#shown);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  /** @param {Dataset} own @param {Uint8Array} forgeries */
  async #compare(own, forgeries) {
    const length = pictureLength(own);
    const some = forgeries.subarray(0, COUNT * length);
    const nearest = await nearestOfEach(own.images, some, length);
    this.#usual ??= usualDistance(own);
    const real = await this.#usual;
    if (own !== this.#own) return;
    const forged = median(nearest.map(({ distance }) => distance));
    const canvas = findCanvas(this.#root, "canvas");
    paintGrid(canvas, Uint8Array.from([...some, ...pick(own.images, length, nearest)]), COUNT, own);
    const count = own.images.length / length;
    find(this.#root, ".verdict").textContent = verdictOn(forged, real, count);
    const distances = nearest.map(({ distance }) => distance.toFixed(1)).join(", ");
    canvas.setAttribute(
      "aria-label",
      `${number(COUNT)} forgeries, and under each the nearest of your pictures, at a distance of ${distances}`,
    );
  }
}
