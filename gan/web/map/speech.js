// Where z is on a map, in words: for who moves over it by keys and does not see it.

/** @import { Page } from "../shared/page.js" */

import { nameOfOne } from "../shared/subject.js";

/** @param {number} value @returns {string} "-1.5" */
const short = (value) => String(Math.round(10 * value) / 10);

/**
 * @param {Pick<Page, "model" | "state">} page
 * @returns {string} "3: seed 412", or "3: Slant -1.5, Width 0"
 */
export function whereIs({ model, state }) {
  const { map, seed, source, shifts, digit } = state;
  const name = nameOfOne(model.subject, digit);
  if (map.kind === "plane") {
    const last = model.names.length - 1;
    const axes = [map.across, map.up].map((axis) => Math.min(axis, last));
    return `${name}: ${axes.map((axis) => `${model.names[axis].name} ${short(shifts[axis] ?? 0)}`).join(", ")}`;
  }
  return `${name}: ${source ? "between the seeds" : `seed ${seed}`}`;
}
