/** Numbers as they are written on the page. */

/**
 * A whole number with commas, as "12,345".
 *
 * @param {number} value
 */
export const number = (value) => Math.round(value).toLocaleString("en");

/**
 * The probability that D gives to "this picture is real": σ(logit), from 0 to 1.
 *
 * @param {number} logit
 */
export const score = (logit) => 1 / (1 + Math.exp(-logit));
