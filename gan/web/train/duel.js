/** One batch of the training in a picture: noise goes into G, fakes and real digits go into D, and D gives each a score. */

import { pictureLength } from "../engine/stages.js";
import { make, paint } from "../shared/paint.js";
import { find, findCanvas } from "./elements.js";
import { borderOf, hintOf, isProbability, verdict } from "./verdicts.js";

const COUNT = 8; // fakes, and real digits (DUEL in gan/ui/packs.py)
const NOISE_SIDE = 16; // squares a side of the picture of noise

/** @import { Shape } from "../engine/stages.js" */
/** @typedef {import("./run.js").Arrays} Arrays */
/** @typedef {{figure: HTMLElement, canvas: HTMLCanvasElement, text: HTMLElement}} Card */

/** @param {HTMLElement} root .duel */
export function createDuel(root) {
  const fakes = createCards(find(root, ".fakes"));
  const reals = createCards(find(root, ".reals"));
  const drawNoise = noiseOn(findCanvas(root, ".noise canvas"));
  const half = find(root, ".half");
  const ofProbabilities = half.textContent;
  let usual = ofProbabilities; // what the numbers are
  let isLit = false;

  return {
    /**
     * @param {Pick<Arrays, "fakes" | "fake_logits" | "real_logits"> | null} arrays null: there are none yet
     * @param {Uint8Array} pictures the real ones; a small set has fewer than COUNT, and who only watches a run has none
     * @param {string} [loss] its name in gan/config.py; nothing: D says nothing yet
     * @param {Shape} [shape] of a picture; nothing: 28 × 28 in grey
     */
    draw(arrays, pictures, loss = "non-saturating", shape = { channels: 1 }) {
      const length = pictureLength(shape);
      const [real, fake] = [arrays?.real_logits?.values ?? [], arrays?.fake_logits?.values ?? []];
      const border = borderOf({ loss, real, fakes: fake });
      usual = hintOf(loss) ?? ofProbabilities;
      if (!isLit) half.textContent = usual;
      drawNoise();
      reals.forEach((card, i) => {
        const picture = pictureAt(pictures, i, length);
        card.figure.hidden = !picture.length && real[i] === undefined;
        paint(card.canvas, picture.length ? picture : new Uint8Array(length));
        showVerdict(card, loss, real[i], true, border);
      });
      const forged = arrays?.fakes?.values;
      if (!forged) return;
      fakes.forEach((card, i) => {
        paint(card.canvas, pictureAt(forged, i, length));
        showVerdict(card, loss, fake[i], false, border);
      });
    },

    /**
     * Lights the network that learns in a half-step, and says what it does.
     *
     * @param {string | null} network "D" or "G"; null: none
     * @param {string} [words]
     */
    light(network, words) {
      find(root, ".g").classList.toggle("lit", network === "G");
      find(root, ".d").classList.toggle("lit", network === "D");
      isLit = words !== undefined;
      half.textContent = words ?? usual;
    },
  };
}

/**
 * @param {HTMLElement} root gets COUNT cards
 * @returns {Card[]}
 */
function createCards(root) {
  return Array.from({ length: COUNT }, () => {
    const figure = make(root, "figure");
    const attributes = { width: 56, height: 56, class: "ink", "aria-hidden": "true" };
    const canvas = /** @type {HTMLCanvasElement} */ (make(figure, "canvas", attributes));
    return { figure, canvas, text: make(figure, "figcaption") };
  });
}

/** @param {Uint8Array} pictures @param {number} i @param {number} length numbers in one @returns {Uint8Array} */
const pictureAt = (pictures, i, length) => pictures.subarray(length * i, length * (i + 1));

/** @param {HTMLCanvasElement} canvas @returns {() => void} draws other noise on it each time */
function noiseOn(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const small = new OffscreenCanvas(NOISE_SIDE, NOISE_SIDE);
  const image = new ImageData(new Uint8ClampedArray(4 * NOISE_SIDE ** 2).fill(128), NOISE_SIDE);
  return () => {
    for (let i = 0; i < NOISE_SIDE ** 2; i++) image.data[4 * i + 3] = 255 * Math.random();
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
  };
}

/**
 * Writes what D says of a picture. A card is red where D is wrong.
 *
 * @param {Card} card
 * @param {string} loss its name in gan/config.py
 * @param {number | undefined} logit undefined: D has not said anything yet
 * @param {boolean} isReal
 * @param {number} border the logit above which D takes a picture for real
 */
function showVerdict({ figure, text }, loss, logit, isReal, border) {
  if (logit === undefined) return;
  const kind = isReal ? "real one" : "fake";
  text.textContent = verdict(loss, logit);
  figure.classList.toggle("fooled", logit > border !== isReal);
  figure.title = isProbability(loss)
    ? `D is ${text.textContent} % sure that this ${kind} is real`
    : `D gives this ${kind} the score ${text.textContent}`;
}
