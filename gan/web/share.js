// What leaves the page: a link, a program, a picture.

import { editsFrom } from "./latents.js";
import { make, paint } from "./paint.js";
import { SOURCES } from "./state.js";

export const SAID = 3000; // ms that a message of success stays
const pairs = (moves) => Object.entries(moves).filter(([, move]) => move).map(([i, move]) => `${i}: ${move}`).join(", ");

// A program that draws the same picture, that of z, with this package. The directions of a quick
// survey are in no file: where they led is said axis by axis.
export function asPython(state, model, z) {
  if (model.isLive && pairs(state.shifts)) state = { ...state, truncation: 1, shifts: {}, edits: editsFrom(state.seed, z) };
  const options = [`seed=${state.seed}`];
  if (state.truncation !== 1) options.push(`truncation=${state.truncation}`);
  if (pairs(state.shifts)) options.push(`shifts={${pairs(state.shifts)}}`);
  if (pairs(state.edits)) options.push(`edits={${pairs(state.edits)}}`);
  return `from gan import rendering
from gan.explorer import Explorer

explorer = Explorer(${JSON.stringify(model.path)})
z = explorer.place(${options.join(", ")})
picture = explorer.draw(z${model.classes ? `, digit=${state.digit}` : ""})[0]  # uint8 [28, 28, 1]
rendering.picture(picture, 280).save("digit.png")
`;
}

// Of a picture's file: "forger-3-seed7.png".
export function nameOf({ view, seed, digit, source }, { classes }) {
  const place = source ? SOURCES[source].seed : `seed${seed}`;
  return `forger-${view === "morph" ? "morph" : classes ? `${digit}-${place}` : place}.png`;
}

/**
 * The address of a picture, for somebody else. What the query holds is the visitor's own (a run that is watched, a
 * theme, the tab that was open) and is left out: it would lead elsewhere.
 * @param {string} hash the picture, as state.js writes it: "#model=…"
 * @param {string} here the address of this page
 * @returns {string}
 */
export function linkTo(hash, here) {
  const address = new URL(hash, here);
  address.search = "";
  return address.href;
}

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
    if (!isCopied) throw new Error("This browser does not let the page copy. The text is selected: copy it yourself.");
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
    Object.assign(area, { className: "by-hand", value: text, readOnly: true, rows: Math.min(6, text.split("\n").length) });
    area.setAttribute("aria-label", "The text to copy");
    row.after(area);
    area.select();
    complain(error);
    return false;
  }
}

export function savePicture(pixels, size, name) {
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  paint(canvas, pixels);
  canvas.toBlob((blob) => save(blob, name));
}

export function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// The buttons that share what is shown. Returns hush(): what was said of that is over.
export function createShare(root, page) {
  const find = (selector) => root.querySelector(selector);
  let saying;

  function say(text) {
    find(".done").textContent = text;
    find(".error").textContent = "";
    clearTimeout(saying);
    saying = setTimeout(hush, SAID);
  }

  const hush = () => (find(".done").textContent = "");

  function offerCopy(button, text, name) {
    find(button).addEventListener("click", () => {
      if (name === "link" && page.isOwn) return say("Only this page has this model: no link leads to it.");
      hush();
      return copyOrShow(text(), find(button), page.complain).then((isCopied) => isCopied && say(`The ${name} is copied.`));
    });
  }

  offerCopy(".link", () => linkTo(page.hash(), location.href), "link");
  offerCopy(".python", () => asPython(page.state, page.described, page.z()), "program");
  find(".png").addEventListener("click", () => {
    hush();
    const size = Number(find(".size").value);
    if (!(Number.isInteger(size) && size >= 28 && size <= 4096)) return page.complain({ message: "A PNG has 28 to 4096 pixels." });
    savePicture(page.picture, size, nameOf(page.state, page.described));
    return say("The picture is saved.");
  });
  return hush;
}
