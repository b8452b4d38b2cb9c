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
    focused?.focus();
    if (!isCopied)
      throw new Error("This browser does not let the page copy. The text is selected: copy it yourself.");
  }
}

/**
 * Copies a text; where that is refused, shows it below the button, selected.
 * @param {string} text
 * @param {HTMLElement} button that was pressed
 * @param {(error: Error) => void} complain says what went wrong
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyOrShow(text, button, complain) {
  const row = button.parentElement;
  if (row.nextElementSibling?.matches(".by-hand")) row.nextElementSibling.remove(); // of an earlier press
  try {
    await copy(text);
    return true;
  } catch (error) {
    const area = document.createElement("textarea");
    Object.assign(area, {
      className: "by-hand",
      value: text,
      readOnly: true,
      rows: Math.min(6, text.split("\n").length),
    });
    area.setAttribute("aria-label", "The text to copy");
    row.after(area);
    area.select();
    complain(error);
    return false;
  }
}

export function save(blob, name) {
  const link = Object.assign(document.createElement("a"), {
    download: name,
    href: URL.createObjectURL(blob),
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
