// What leaves the page: a link, a program, a picture.

/** @import { Done, Page } from "../shared/page.js" */

import { within } from "../shared/elements.js";
import { asFrame } from "../shared/embedding.js";
import { copyOrShow, SAID, saveFile } from "../shared/files.js";
import { paint } from "../shared/paint.js";
import { asPython, nameOf } from "./program.js";

const FRAME_HEIGHT = 760; // pixels, in somebody's own page
const [MIN_PIXELS, MAX_PIXELS] = [28, 4096]; // of a PNG

/**
 * The address of a picture, for somebody else. What the query holds is the visitor's own (a run that is watched, a
 * theme, the tab that was open) and is left out: it would lead elsewhere.
 * @param {string} hash the picture, as links.js writes it: "#model=…"
 * @param {string} here the address of this page
 * @returns {string}
 */
function linkTo(hash, here) {
  const address = new URL(hash, here);
  address.search = "";
  return address.href;
}

/** @param {Uint8Array} pixels @param {number} size @param {string} name of the file */
function savePicture(pixels, size, name) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  paint(canvas, pixels);
  canvas.toBlob((blob) => blob && saveFile(blob, name));
}

/**
 * The buttons that share what is shown.
 * @param {Element} root holds the Explore page
 * @param {Page} page
 * @param {() => string} hash of the state
 * @returns {Done} the message of what was done
 */
export function createShare(root, page, hash) {
  const { find, input } = within(root);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let clearing;

  function clearMessage() {
    find(".done").textContent = "";
  }

  /** @param {string} text */
  function showMessage(text) {
    find(".done").textContent = text;
    find(".error").textContent = "";
    clearTimeout(clearing);
    clearing = setTimeout(clearMessage, SAID);
  }

  /** @param {string} text @param {string} selector of the button @param {string} name of what it copies */
  async function offer(text, selector, name) {
    clearMessage();
    if (await copyOrShow(text, find(selector), page.showError)) showMessage(`The ${name} is copied.`);
  }

  /** @param {string} selector of a button @param {string} name of what it copies @param {() => string} text */
  function shares(selector, name, text) {
    find(selector).addEventListener("click", () => {
      if (page.entry.isOwn) return showMessage("Only this page has this model: no link leads to it.");
      return offer(text(), selector, name);
    });
  }

  shares(".link", "link", () => linkTo(hash(), location.href));
  shares(".frame", "HTML", () => {
    const title = `A network that forges ${page.model?.subject.long ?? "pictures"}`;
    return asFrame("explore", { title, height: FRAME_HEIGHT, hash: hash() }, location.href);
  });
  find(".python").addEventListener("click", () => {
    if (!page.model) return undefined;
    return offer(
      asPython(page.state, page.entry, page.model.z(page.state), page.model.subject),
      ".python",
      "program",
    );
  });
  find(".png").addEventListener("click", () => {
    clearMessage();
    const size = Number(input(".size").value);
    if (!(Number.isInteger(size) && size >= MIN_PIXELS && size <= MAX_PIXELS)) {
      return page.showError(new Error(`A PNG has ${MIN_PIXELS} to ${MAX_PIXELS} pixels.`));
    }
    if (!page.picture) return undefined;
    savePicture(page.picture, size, nameOf(page.state, page.model.subject));
    return showMessage("The picture is saved.");
  });
  return { clear: clearMessage, say: showMessage };
}
