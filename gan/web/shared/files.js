// What leaves the page: texts for the clipboard, files for the disk.

import { make } from "./paint.js";

export const SAID = 3000; // ms that a message of success stays

/**
 * Puts a text into the clipboard. A browser may refuse: on plain http, in a frame, or by a setting. Then the older way
 * is tried.
 * @param {string} text
 * @throws {Error} one line, where neither way is allowed.
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const focused = document.activeElement;
    const area = make(document.body, "textarea", {}, text);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    if (!isCopied)
      throw new Error("This browser does not let the page copy. The text is selected: copy it yourself.");
  }
}

/**
 * Copies a text; where that is refused, shows it below the button, selected.
 * @param {string} text
 * @param {HTMLElement} button that was pressed
 * @param {(error: Error) => void} showError says what went wrong
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyOrShow(text, button, showError) {
  const row = button.parentElement;
  if (row?.nextElementSibling?.matches(".by-hand")) row.nextElementSibling.remove(); // of an earlier press
  try {
    await copy(text);
    return true;
  } catch (error) {
    const area = document.createElement("textarea");
    area.className = "by-hand";
    area.value = text;
    area.readOnly = true;
    area.rows = Math.min(6, text.split("\n").length);
    area.setAttribute("aria-label", "The text to copy");
    row?.after(area);
    area.select();
    showError(/** @type {Error} */ (error));
    return false;
  }
}

/** Gives the visitor a file. @param {Blob} blob its content @param {string} name */
export function saveFile(blob, name) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
