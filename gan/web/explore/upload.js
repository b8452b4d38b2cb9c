// A model of the visitor's own, chosen or dropped: the server makes it into the page's file, and only this page has it.

import { make } from "../shared/paint.js";
import { readTensors } from "../engine/tensors.js";

const OPEN = "Open …";

// root: holds the page. opening: {url, bytes, tooLarge}: who is asked, and how much may be sent. Puts the control
// into `place`. An opened model is announced as a moment of a run is; complain({message}) says what went wrong.
export function createOpening(root, place, { url, bytes, tooLarge }, complain) {
  const label = make(place, "label", {
    class: "choice opening",
    title: "A model.safetensors, of the Train tab or of train.py. Or drop it on the page.",
  });
  const input = make(label, "input", { type: "file", accept: ".safetensors", "aria-label": "Open a model" });
  const words = make(label, "span", {}, OPEN);
  let count = 0;
  let busy = false;

  async function ask(file) {
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

  async function take(file) {
    if (!file || busy) return;
    busy = true;
    words.textContent = "Wait …"; // as wide: nothing beside it moves
    complain({ message: "" });
    try {
      announce(file.name, await ask(file));
    } catch (error) {
      complain({ message: `${error.message.replace("this file", () => file.name)}.` });
      root.querySelector(".error").scrollIntoView({ block: "nearest" });
    }
    busy = false;
    words.textContent = OPEN;
    input.value = ""; // the same file may be chosen again
  }

  function announce(path, content) {
    const { about } = readTensors(content);
    const step = Number(about.step || NaN);
    const detail = {
      id: `opened-${++count}`,
      name: path.replace(/\.safetensors$/, "") + (step >= 0 ? `, step ${step.toLocaleString("en")}` : ""),
      url: URL.createObjectURL(new Blob([content])),
      path,
      classes: JSON.parse(about.model).classes,
      isLive: true,
      isOwn: true,
    };
    window.dispatchEvent(new CustomEvent("forger:explore", { detail }));
  }

  // --- Dropped on the page ------------------------------------------------------------------------

  const brings = (event) => event.dataTransfer?.types.includes("Files") && label.checkVisibility();
  const mark = (isOver) => root.querySelector(".explore").classList.toggle("dropping", isOver);

  function listen() {
    input.addEventListener("change", () => take(input.files[0]));
    window.addEventListener("dragover", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      mark(true);
    });
    window.addEventListener("dragleave", ({ relatedTarget }) => {
      if (!relatedTarget) mark(false); // it has left the window
    });
    window.addEventListener("drop", (event) => {
      mark(false);
      if (!brings(event)) return;
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    });
  }

  listen();
  return { remove: () => label.remove() };
}
