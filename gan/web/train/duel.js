// The data's way in one picture: noise, G, fakes and real digits, D, and D's word on each.

import { make, paint } from "../shared/paint.js";

const COUNT = 8;
const score = (logit) => 1 / (1 + Math.exp(-logit));

export function createDuel(root) {
  const find = (selector) => root.querySelector(selector);
  const cards = (kind) =>
    Array.from({ length: COUNT }, () => {
      const card = make(find(kind), "figure");
      return {
        card,
        canvas: make(card, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" }),
        text: make(card, "figcaption"),
      };
    });
  const fakes = cards(".fakes");
  const reals = cards(".reals");
  const usual = find(".half").textContent;

  function noise() {
    const canvas = find(".noise canvas");
    const context = canvas.getContext("2d");
    const image = new ImageData(16, 16);
    for (let i = 0; i < 256; i++) image.data.set([128, 128, 128, 255 * Math.random()], 4 * i);
    const small = new OffscreenCanvas(16, 16);
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, 64, 64);
    context.drawImage(small, 0, 0, 64, 64);
  }

  // Red where D is wrong: a fake that it believes, a real digit that it does not.
  function judge({ card, text }, logit, isReal) {
    const belief = score(logit);
    card.classList.toggle("fooled", belief > 0.5 !== isReal);
    card.title = `D is ${Math.round(100 * belief)} % sure that this ${isReal ? "real digit" : "fake"} is real`;
    text.textContent = `${Math.round(100 * belief)}`;
  }

  return {
    // arrays: of a snapshot, or null before there is one; pictures: the real digits.
    draw(arrays, pictures) {
      noise();
      reals.forEach((each, i) => {
        paint(each.canvas, pictures.subarray(784 * i, 784 * (i + 1)));
        if (arrays) judge(each, arrays.real_logits.values[i], true);
      });
      if (!arrays) return;
      fakes.forEach((each, i) => {
        paint(each.canvas, arrays.fakes.values.subarray(784 * i, 784 * (i + 1)));
        judge(each, arrays.fake_logits.values[i], false);
      });
    },

    // Which network learns in this half-step, and one sentence of it; null: neither.
    light(network, words) {
      find(".g").classList.toggle("lit", network === "G");
      find(".d").classList.toggle("lit", network === "D");
      find(".half").textContent = words ?? usual;
    },
  };
}
