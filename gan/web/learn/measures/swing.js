export const ROUND = 6; // seconds that a slider which moves by itself takes to go there and back

/** @param {number} time in seconds @param {number} low @param {number} high @returns {number} from low to high and back */
export const swing = (time, low, high) =>
  low + ((high - low) * (1 - Math.cos((2 * Math.PI * time) / ROUND))) / 2;
