/** The visitor's own pictures, as what a run is started with. */

import { writeTensors } from "../engine/tensors.js";
import { countOf } from "../training/packed.js";

/** @import { Dataset } from "../training/batch.js" */
/** @import { OwnPictures } from "../training/store.js" */
/** @import { Wish } from "./run.js" */

export const OWN = "own pictures"; // what a run's files call them: their own names stay here

/**
 * @param {Pick<Wish, "dataset" | "pictures">} wish
 * @returns {OwnPictures | null} the visitor's own pictures; null: the run learns from a set that everybody has
 * @throws {Error} one line: they are still missing.
 */
export function ownSource({ dataset, pictures }) {
  if (dataset !== OWN) return null;
  if (!pictures) throw new Error("Choose your pictures first: drop a folder or a .zip of them on this page.");
  return { name: OWN, dataset: pictures };
}

/**
 * Pictures as they are sent to a server: as one array, their classes by number, and the polarity with which they were
 * read. No name of a file or a folder is sent.
 * @param {Dataset} dataset
 * @returns {Uint8Array<ArrayBuffer>} a safetensors file (gan/live/own_pictures.py)
 */
export function fileOf(dataset) {
  const { images, labels, channels, size = 28, polarity = "auto" } = dataset;
  const count = countOf(dataset);
  const arrays = { images: { shape: [count, size, size, channels], values: images } };
  const all = labels ? { ...arrays, labels: { shape: [count], values: labels } } : arrays;
  return writeTensors(all, { polarity });
}
