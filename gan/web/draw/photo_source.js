// The ways in which a photograph comes to the panel: a dialog of files, the camera, a drop, or the clipboard.

/** @import { Finder } from "../shared/elements.js" */

import { acceptDrops } from "../shared/drops.js";

const isTouched = () => matchMedia("(pointer: coarse)").matches;

/** @param {DataTransfer | null} data @returns {boolean} whether it brings a picture; while it is dragged, only its type is known */
const bringsPicture = (data) =>
  [...(data?.items ?? [])].some(({ kind, type }) => kind === "file" && type.startsWith("image/"));

/** @param {Iterable<File>} files @returns {File | undefined} the first picture */
const pictureIn = (files) => [...files].find(({ type }) => type.startsWith("image/"));

/**
 * @param {Finder} elements of the Draw panel
 * @param {(file: File) => void} take is called with each photograph
 */
export function listenForPhotographs({ find, button, input }, take) {
  const paper = find(".paper");
  const isMeant = (/** @type {DataTransfer | null} */ data) =>
    paper.offsetParent !== null && bringsPicture(data);

  for (const way of ["from-file", "from-camera"]) {
    const dialog = input(`input.${way}`);
    button(`button.${way}`).addEventListener("click", () => dialog.click());
    dialog.addEventListener("change", () => {
      if (dialog.files?.[0]) take(dialog.files[0]);
      dialog.value = ""; // the same photograph may be chosen again
    });
  }
  button("button.from-camera").hidden = !isTouched();

  acceptDrops(isMeant, paper, ({ files }) => {
    const file = pictureIn(files);
    if (file) take(file);
  });
  window.addEventListener("paste", (event) => {
    if (!isMeant(event.clipboardData)) return;
    const file = pictureIn(event.clipboardData?.files ?? []);
    if (!file) return;
    event.preventDefault();
    take(file);
  });
}
