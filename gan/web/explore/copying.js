// Is it copying? The real digits nearest to the picture.

/** @import { NearestDigits, Server } from "../engine/types.js" */
/** @import { Page } from "../shared/page.js" */

import { decode } from "../engine/engine.js";
import { within } from "../shared/elements.js";
import { make, paint } from "../shared/paint.js";

const COUNT = 5;
// Of the test set's 0s, 1s, …, which no generator has seen: the distance to the nearest training digit that one in a
// hundred of them falls short of, one in ten, and every second.
const UNSEEN = [
  [2.9, 3.5, 4.3],
  [1.1, 1.3, 1.7],
  [3.5, 4.2, 5.1],
  [3.4, 3.9, 4.8],
  [3.0, 3.5, 4.3],
  [3.2, 4.0, 4.8],
  [2.8, 3.3, 4.2],
  [2.2, 2.7, 3.6],
  [3.4, 4.1, 5.0],
  [2.6, 3.1, 3.8],
];

/**
 * @param {number} distance of a picture from its nearest real digit
 * @param {number} label of that digit
 * @returns {string} whether it was copied
 */
export function answer(distance, label) {
  const [rare, seldom, usual] = UNSEEN[label];
  const away = distance.toFixed(1);
  const unseen = `real ${label} that the network never saw`;
  if (distance >= seldom) {
    return `No: its nearest real digit is ${away} away; a ${unseen} is usually ${usual.toFixed(1)} from its own.`;
  }
  if (distance >= rare) {
    return `Hardly: its nearest real digit is ${away} away, nearer than usual; but so is one in ten real ${label}s that the network never saw to its own.`;
  }
  return `Perhaps: its nearest real digit is only ${away} away. Only one in a hundred real ${label}s that the network never saw is as near to its own.`;
}

/**
 * @param {Element} root holds the Explore page
 * @param {Page} page
 * @param {{server: Server | null, digits: string}} source of the training set: the server, or the files in the folder
 *   `digits`, 10 MB that are fetched when they are asked for
 * @returns {(picture: Uint8Array, isDigits: boolean) => Promise<void>} to be called when the picture has come to rest;
 *   isDigits: it is of a model of MNIST, whose training set can be had
 */
export function createCopying(root, page, { server, digits }) {
  const { find } = within(root);
  const verdict = make(find(".originals"), "p", { role: "status" });
  const cells = Array.from({ length: COUNT }, () => {
    const cell = make(find(".originals"), "figure", { title: "Distance: of the pixels, from 0 to 1 each" });
    return {
      canvas: make(cell, "canvas", { width: 56, height: 56, class: "ink", role: "img" }),
      text: make(cell, "figcaption"),
    };
  });
  /** @type {Uint8Array | null} */
  let asked = null; // the picture that was last asked for

  /** @param {Server} server @param {Uint8Array} picture @returns {Promise<NearestDigits>} */
  async function askServer(server, picture) {
    const { pictures, error, ...others } = await server.nearest({ picture: [...picture] });
    if (error) throw new Error(error);
    return { ...others, pictures: decode(pictures) };
  }

  return async (picture, isDigits) => {
    find(".originals").hidden = !isDigits || !page.state.copies;
    if (find(".originals").hidden) return;
    asked = picture;
    const found = server
      ? await askServer(server, picture)
      : await page.engine.nearest({ folder: digits, picture, count: COUNT });
    if (asked !== picture) return;
    const { pictures, labels, distances } = found;
    verdict.textContent = answer(distances[0], labels[0]);
    cells.forEach(({ canvas, text }, i) => {
      paint(canvas, pictures.subarray(784 * i, 784 * (i + 1)));
      canvas.setAttribute("aria-label", `A real ${labels[i]}`);
      text.textContent = distances[i].toFixed(1);
    });
  };
}
