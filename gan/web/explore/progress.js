// How much of the networks is there, said in a line while they are fetched.

/** @import { Report } from "../engine/fetching.js" */

const PATIENCE = 300; // ms before it is said: what comes at once needs no words

/** @param {number} bytes @returns {string} "1.2" */
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/**
 * @param {HTMLElement} line
 * @returns {Report}
 */
export function reportIn(line) {
  let begun = 0; // when the first part of the file was there
  let before = Infinity; // bytes that were there when it was reported last
  let wasAllThere = false;

  return (got, total) => {
    if (wasAllThere || got < before) begun = performance.now(); // another file
    before = got;
    wasAllThere = got === total;
    if (wasAllThere || performance.now() - begun < PATIENCE) return;
    const of = total === null ? "" : ` of ${megabytes(total)}`;
    line.textContent = `The networks are on their way: ${megabytes(got)}${of} MB.`;
  };
}
