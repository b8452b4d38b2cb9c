// The wall of 64 forgeries. A moment can be held on it: left of a line are its pictures, right of it what is shown.

import { paintGrid } from "../shared/paint.js";

const number = (value) => Math.round(value).toLocaleString("en");

// root: holds .wall, .wall-words, and the controls .hold and .divide.
export function createWall(root) {
  const find = (selector) => root.querySelector(selector);
  const canvas = find(".wall");
  const over = new OffscreenCanvas(canvas.width, canvas.height);
  let shown = null; // {pictures, words, step}
  let held = null;

  function draw() {
    if (!shown) return;
    paintGrid(canvas, shown.pictures, 8);
    if (held) divide();
    const words = held
      ? `Left of the line: step ${number(held.step)}. Right of it: step ${number(shown.step)}.`
      : shown.words;
    canvas.setAttribute("aria-label", words);
    find(".wall-words").textContent = words;
  }

  function divide() {
    const { width, height } = canvas;
    const edge = Math.round((width * find(".divide").value) / 100);
    const context = canvas.getContext("2d");
    paintGrid(over, held.pictures, 8);
    if (edge) context.drawImage(over, 0, 0, edge, height, 0, 0, edge, height);
    context.fillStyle = "#808080"; // a light theme shows the canvas inverted
    context.fillRect(edge - 1.5, 0, 3, height);
  }

  function hold(moment) {
    held = moment;
    find(".hold").setAttribute("aria-pressed", Boolean(held));
    find(".divide").hidden = !held;
    draw();
  }

  find(".hold").addEventListener("click", () => hold(held ? null : shown));
  find(".divide").addEventListener("input", draw);
  canvas.addEventListener("pointermove", ({ clientX }) => {
    if (!held) return;
    const { left, width } = canvas.getBoundingClientRect();
    find(".divide").value = (100 * (clientX - left)) / width;
    draw();
  });

  return {
    // pictures: [64 · 784]. step: of the run that drew them; none: they are no moment of a run, and nothing is held.
    show(pictures, words, step) {
      shown = { pictures, words, step };
      find(".hold").disabled = step === undefined;
      if (step === undefined && held) hold(null);
      else draw();
    },
  };
}
