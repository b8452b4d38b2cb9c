/** The visitor's own pictures, as what a run is started with. */

/** @import { OwnPictures } from "../training/store.js" */
/** @import { Wish } from "./run.js" */

export const OWN = "own pictures"; // what a run's files call them: their own names stay here

/**
 * @param {Wish} wish
 * @returns {OwnPictures | null} the visitor's own pictures; null: the run learns from a set that everybody has
 * @throws {Error} one line: they are still missing.
 */
export function ownSource({ dataset, pictures }) {
  if (dataset !== OWN) return null;
  if (!pictures) throw new Error("Choose your pictures first: drop a folder or a .zip of them on this page.");
  return { name: OWN, dataset: pictures };
}
