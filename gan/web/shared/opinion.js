/** What D makes of a picture, in words: a bare logit says nothing, so it is compared with those of 100 real pictures. */

/**
 * D calls a picture forged when it finds fewer than so many of 100 real ones less real than this one. At this number it
 * is right most often, in 68 of 100 cases, half of them real (measured on 1,500 test digits and 1,500 generated ones by
 * the model that ships and is told the digit).
 */
const D_THRESHOLD = 30;

/**
 * @param {number} percentile how many of 100 real pictures D finds less real than this one
 * @returns {boolean} whether D calls it forged
 */
export const callsForged = (percentile) => percentile < D_THRESHOLD;

/**
 * The number behind D's verdict. Of a forgery it counts the real pictures that do better, of the others those that do
 * worse: so that a large number always speaks for the verdict.
 *
 * @param {number} percentile
 * @param {string} kind what the real pictures show, as "3s" or "digits"
 */
export function reasonOf(percentile, kind) {
  if (callsForged(percentile)) return `${100 - percentile} of 100 real ${kind} look more real to it`;
  return `${percentile} of 100 real ${kind} look less real to it`;
}
