// Files of pictures become a data set that the page trains on (gan/data/pictures.py). Nothing is sent anywhere.

/** @import { Dataset } from "../../training/batch.js" */
/** @import { PictureFile } from "./given.js" */
/** @import { Raster } from "../../shared/pictures/resampling.js" */
/** @import { Polarity } from "../../shared/pictures/treatment.js" */

import { pictureLength, SIZES } from "../../engine/stages.js";
import { decide, remarksOn, treat } from "../../shared/pictures/treatment.js";
import { number } from "../../shared/text.js";
import { listPictures } from "./folders.js";
import { nothingToRead } from "./kinds.js";
import { inTurn, numberClasses } from "./labels.js";
import { summarize } from "./summary.js";

export const MAX_PICTURES = 5000; // that a page takes; of more, so many are taken evenly
const SAMPLE = 100; // pictures, spread over the set, from which the decisions are taken
const MAX_DAMAGED = 0.01; // the share of files that may be damaged and left out
const MAX_NAMED = 50; // damaged files that a message names
const AT_ONCE = 4; // pictures that are decoded at a time

/**
 * What was read.
 * @typedef {object} OwnPictures
 * @property {Dataset} dataset
 * @property {string} summary one sentence, for the visitor
 */

/**
 * @typedef {object} How
 * @property {number | null} size pixels, the height and the width that all pictures get; null: the pictures decide
 * @property {Polarity} [polarity]
 * @property {(file: PictureFile, size: number) => Promise<Raster>} decode
 * @property {(done: number, all: number) => void} [progress]
 */

/** @param {number} count @param {number} most @returns {number[]} numbers of so many of them, spread evenly */
const spread = (count, most) =>
  count <= most
    ? [...Array(count).keys()]
    : Array.from({ length: most }, (_, i) => Math.floor((i * (count - 1)) / (most - 1)));

/**
 * Does something for each of several things, some at a time.
 * @template T
 * @param {Iterable<T>} things
 * @param {(thing: T) => Promise<void>} act
 */
async function forEachOf(things, act) {
  const waiting = things[Symbol.iterator]();
  const next = { [Symbol.iterator]: () => waiting };
  const worker = async () => {
    for (const thing of next) await act(thing);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/**
 * Files that are decoded, each once. A sample of them is kept until it is used; if another size than the largest is chosen
 * then, it is decoded again, because how large pictures are reduced depends on the size.
 */
class Decoder {
  /** @type {Map<PictureFile, string>} damaged files -> why */
  damaged = new Map();
  /** @type {Map<PictureFile, Raster | null>} */
  #kept = new Map();
  #how;
  #size;

  /** @param {How} how */
  constructor(how) {
    this.#how = how;
    this.#size = how.size ?? SIZES[SIZES.length - 1];
  }

  /** @param {PictureFile} file @returns {Promise<Raster | null>} null: it is damaged */
  async #decode(file) {
    try {
      return await this.#how.decode(file, this.#size);
    } catch (error) {
      this.damaged.set(file, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** @param {PictureFile[]} files @returns {Promise<Raster[]>} those that are not damaged */
  async sample(files) {
    await forEachOf(files, async (file) => {
      this.#kept.set(file, await this.#decode(file));
    });
    return [...this.#kept.values()].filter((raster) => raster !== null);
  }

  /** @param {number} size pixels, which all pictures get */
  settle(size) {
    if (size !== this.#size) this.#kept.clear();
    this.#size = size;
  }

  /** @param {PictureFile} file @returns {Promise<Raster | null>} null: it is damaged */
  async take(file) {
    if (!this.#kept.has(file)) return this.#decode(file);
    const raster = this.#kept.get(file) ?? null;
    this.#kept.delete(file);
    return raster;
  }
}

/** @param {Map<PictureFile, string>} damaged @param {number} count of all */
function tooManyDamaged(damaged, count) {
  const named = [...damaged].slice(0, MAX_NAMED).map(([{ name }, reason]) => `${name} (${reason})`);
  const more = damaged.size > MAX_NAMED ? ` and ${number(damaged.size - MAX_NAMED)} more` : "";
  const are = damaged.size === 1 ? "is" : "are";
  const said = `${number(damaged.size)} of ${number(count)} pictures ${are} damaged, and at most 1 % may be`;
  return `${said}: ${named.join(", ")}${more}; delete or replace them.`;
}

/**
 * @param {PictureFile[]} files in the natural order of their names
 * @param {How} how
 * @returns {Promise<OwnPictures>}
 * @throws {Error} one line: there is no picture, or too many are damaged.
 */
export async function readPictures(files, how) {
  const listed = listPictures(files);
  if (!listed.files.length) throw new Error(nothingToRead(files.map(({ name }) => name)));
  const chosen = inTurn(spread(listed.files.length, MAX_PICTURES), listed.values);
  const taken = chosen.map((i) => listed.files[i]);
  const decoder = new Decoder(how);
  const sample = await decoder.sample(spread(taken.length, SAMPLE).map((i) => taken[i]));
  const treatment = decide(sample, how.size, how.polarity);
  decoder.settle(treatment.size);
  const length = pictureLength(treatment); // numbers in a picture
  const images = new Uint8Array(taken.length * length);
  let done = 0;
  await forEachOf(taken.keys(), async (i) => {
    const raster = await decoder.take(taken[i]);
    if (raster) images.set(treat(raster, treatment), i * length);
    how.progress?.(++done, taken.length);
  });
  const { damaged } = decoder;
  if (damaged.size > MAX_DAMAGED * taken.length) throw new Error(tooManyDamaged(damaged, taken.length));
  const kept = [...taken.keys()].filter((i) => !damaged.has(taken[i]));
  const values = listed.values && kept.map((i) => /** @type {string[]} */ (listed.values)[chosen[i]]);
  const pictures = assemble(keepOnly(images, length, kept), treatment, values);
  const dataset = { ...pictures, polarity: how.polarity ?? "auto" };
  const remarks = [...listed.remarks, ...unused(listed.files.length - taken.length), ...remarksOn(treatment)];
  const { class_names, channels } = dataset;
  const { size } = treatment;
  const read = {
    count: kept.length,
    size,
    channels,
    class_names,
    leftOut: listed.leftOut,
    remarks,
  };
  return { dataset, summary: summarize({ ...read, damaged: [...damaged.keys()].map(({ name }) => name) }) };
}

/** @param {number} count pictures that were given, and are too many @returns {string[]} */
const unused = (count) =>
  count ? [`${number(count)} more are not used, because the page takes ${number(MAX_PICTURES)}`] : [];

/** @param {Uint8Array} images [N · length] @param {number} length @param {number[]} kept n of them @returns {Uint8Array} [n · length] */
function keepOnly(images, length, kept) {
  if (kept.length * length === images.length) return images;
  const made = new Uint8Array(kept.length * length);
  kept.forEach((i, place) => {
    made.set(images.subarray(i * length, (i + 1) * length), place * length);
  });
  return made;
}

/**
 * @param {Uint8Array} images [N · size · size · channels]
 * @param {{size: number, channels: number}} shape of a picture
 * @param {string[] | null} values the class of each, [N]
 * @returns {Dataset}
 */
function assemble(images, { size, channels }, values) {
  const { labels, class_names } = numberClasses(values ?? []);
  if (class_names.length < 2) return { images, labels: null, class_names: [], channels, size }; // one class is no class
  return { images, labels, class_names, channels, size };
}
