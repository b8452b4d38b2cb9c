// What a figure with sliders is made of, and how its sliders move by themselves.

/** @import { Colours, Drawing } from "../game/draw.js" */

/** @typedef {Record<string, number>} Values of the sliders, by their data-name; of a list, the number of what is chosen */
/**
 * @typedef {object} Measure
 * @property {(values: Values, drawing: Drawing, colours: Colours) => string} show draws the points; gives what is said
 * @property {(time: number) => Values} path the values of the sliders that move by themselves, at a time in seconds
 */

export const ROUND = 6; // seconds that a slider which moves by itself takes to go there and back

/** @param {number} time in seconds @param {number} low @param {number} high @returns {number} from low to high and back */
export const swing = (time, low, high) =>
  low + ((high - low) * (1 - Math.cos((2 * Math.PI * time) / ROUND))) / 2;
