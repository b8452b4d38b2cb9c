// Is it copying? The real digits nearest to the picture.

import { decode } from "./engine.js";
import { make, paint } from "./paint.js";

const COUNT = 5;
const USUAL = "4.4"; // median, of test digits (README, "How good it is")

// Returns update(picture, isOfDigits), to be called when the picture has come to rest. The training set is
// the server's, or of the files in the folder `digits`, 10 MB that are fetched when they are asked for.
export function createOriginals(root, page, { server, digits }) {
  const find = (selector) => root.querySelector(selector);
  const cells = Array.from({ length: COUNT }, () => {
    const cell = make(find(".originals"), "figure");
    return { canvas: make(cell, "canvas", { width: 56, height: 56, class: "ink", role: "img" }), text: make(cell, "figcaption") };
  });
  make(find(".originals"), "p", { class: "hint" }, `Distance in pixels, 0 to 1 each. A real digit that the network never saw is ${USUAL} from its nearest.`);
  let shown; // the picture that was last asked for

  async function ask(picture) {
    const { pictures, error, ...rest } = await server.nearest({ picture: [...picture] });
    if (error) throw new Error(error);
    return { pictures: decode(pictures), ...rest };
  }

  return async function update(picture, isOfDigits) {
    find(".copying").hidden = !isOfDigits;
    find(".originals").hidden = find(".copying").hidden || !find(".copies").checked;
    if (find(".originals").hidden) return;
    shown = picture;
    const found = server ? await ask(picture) : await page.engine.nearest({ folder: digits, picture, count: COUNT });
    if (shown !== picture) return;
    const { pictures, labels, distances } = found;
    cells.forEach(({ canvas, text }, i) => {
      paint(canvas, pictures.subarray(784 * i, 784 * (i + 1)));
      canvas.setAttribute("aria-label", `A real ${labels[i]}`);
      text.textContent = distances[i].toFixed(1);
    });
  };
}
