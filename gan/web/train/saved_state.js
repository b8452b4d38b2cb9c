/** The button that opens a training state which the visitor has saved: a run goes on from it. */

import { find, findButton, findInput } from "./elements.js";

/**
 * @param {HTMLElement} root holds .saved-state
 * @param {((file: File) => unknown) | null} open is told the file; null: nobody here can go on from one
 */
export function createSavedState(root, open) {
  const row = find(root, ".saved-state");
  row.hidden = open === null;
  const input = findInput(row, "input");
  findButton(row, "button").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) open?.(file);
    input.value = ""; // the same file may be chosen again
  });
}
