// A model of the visitor's own, chosen or dropped: the server makes it into the page's file, and only this page has it.

/** @import { ModelEntry } from "../shared/state.js" */

import { readTensors } from "../engine/tensors.js";
import { acceptDrops } from "../shared/drops.js";
import { within } from "../shared/elements.js";
import { make } from "../shared/paint.js";

const OPEN = "Open …";
const NO_MODEL = "this file is no .safetensors; choose a run's model.safetensors";

/**
 * Who is asked to open a model.
 * @typedef {object} Opening
 * @property {string} url
 * @property {number} bytes how much may be sent
 * @property {string} tooLarge what is said of more
 */

/**
 * @param {Opening} opening
 * @param {File} file
 * @returns {Promise<ArrayBuffer>} the page's file
 * @throws {Error} of one line that names "this file".
 */
async function open({ url, bytes, tooLarge }, file) {
  const isModel = file.name.toLowerCase().endsWith(".safetensors");
  if (!isModel) throw new Error(NO_MODEL); // it may be a photograph, whose kind the browser does not know: it is not sent
  if (file.size > bytes) throw new Error(tooLarge); // the server would cut it off in the middle
  const response = await fetch(new URL(url, document.baseURI), { method: "POST", body: file }).catch(() => {
    throw new Error("the server cannot be reached; try again");
  });
  if (response.ok) return response.arrayBuffer();
  const { error } = await response
    .json()
    .catch(() => ({ error: `the server answered ${response.status}; try again` }));
  throw new Error(error);
}

/**
 * @param {string} path the name of the visitor's file
 * @param {ArrayBuffer} content the page's file
 * @param {number} number of models that were opened, with this one
 * @returns {ModelEntry}
 */
function entryOf(path, content, number) {
  const { metadata } = readTensors(content);
  const step = Number(metadata.step || NaN);
  return {
    id: `opened-${number}`,
    name: path.replace(/\.safetensors$/, "") + (step >= 0 ? `, step ${step.toLocaleString("en")}` : ""),
    url: URL.createObjectURL(new Blob([content])),
    path,
    classes: JSON.parse(metadata.model).classes,
    kind: metadata.kind === "pictures" ? "pictures" : "drawings",
    isLive: true,
    isOwn: true,
    closed: `A reload has closed ${path}. “${OPEN}” opens it again.`,
  };
}

/**
 * An opened model is announced as a moment of a run is: by the event "forger:explore".
 * @param {Element} root holds the Explore page
 * @param {Element} parent of the control
 * @param {Opening} opening
 * @param {(error: Error) => void} showError
 * @returns {{remove: () => void}} takes the control away
 */
export function createUpload(root, parent, opening, showError) {
  const { find } = within(root);
  const label = make(parent, "label", {
    class: "choice opening",
    title: "A model.safetensors, of the Train tab or of train.py. Or drop it on the page.",
  });
  const input = make(label, "input", { type: "file", accept: ".safetensors", "aria-label": "Open a model" });
  const words = make(label, "span", {}, OPEN);
  let newest = 0; // the number of the file that was given last

  /** Opens a file. Of several that are given one after the other, only the last is shown. @param {File} [file] */
  async function take(file) {
    if (!file) return;
    const number = ++newest;
    words.textContent = "Wait …"; // as wide: nothing beside it moves
    find(".error").textContent = "";
    try {
      const content = await open(opening, file);
      if (number !== newest) return;
      const detail = entryOf(file.name, content, number);
      window.dispatchEvent(new CustomEvent("forger:explore", { detail }));
    } catch (error) {
      if (number !== newest) return;
      const { message } = /** @type {Error} */ (error);
      showError(new Error(`${message.replace("this file", () => file.name)}.`));
      find(".error").scrollIntoView({ block: "nearest" });
    }
    words.textContent = OPEN;
    input.value = ""; // the same file may be chosen again
  }

  // --- Dropped on the page ------------------------------------------------------------------------

  /** @param {DataTransfer | null} data whether it brings a file that is no picture, while the page can be seen */
  const brings = (data) =>
    label.offsetParent !== null &&
    [...(data?.items ?? [])].some(({ kind, type }) => kind === "file" && !type.startsWith("image/"));

  input.addEventListener("change", () => take(input.files?.[0]));
  acceptDrops(brings, find(".explore"), ({ files }) => take(files[0]));
  return { remove: () => label.remove() };
}
