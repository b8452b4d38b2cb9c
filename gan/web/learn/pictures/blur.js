// Why the mean of what might be is blurred, and what D says of it: the mean of one real digit, of two that are alike, of
// four …

/** @import { KnownModel } from "../../shared/known_model.js" */
/** @import { RealDigits } from "../forgery/real_digits.js" */

import { within } from "../../shared/elements.js";
import { callsForged, reasonOf } from "../../shared/opinion.js";
import { choice, make, paint } from "../../shared/paint.js";

const COUNTS = [1, 2, 4, 8, 16, 32]; // digits of each mean
const FIRST = 3; // the digit that is shown first

/** @param {Uint8Array[]} pictures [784] each @returns {Uint8Array} their mean, pixel by pixel */
export const meanOf = (pictures) =>
  Uint8Array.from({ length: 784 }, (_, i) =>
    Math.round(pictures.reduce((sum, picture) => sum + picture[i], 0) / pictures.length),
  );

/**
 * The real digits of a class, from its most usual one: that which is nearest to the mean of all.
 * @param {RealDigits} real
 * @param {number} digit
 * @returns {Uint8Array[]} the nearest to that one first, itself before them, [784] each
 */
export function alike({ labels, images }, digit) {
  const all = [...labels.keys()]
    .filter((number) => labels[number] === digit)
    .map((number) => images.subarray(784 * number, 784 * (number + 1)));
  const [usual] = byDistance(all, meanOf(all));
  return byDistance(all, usual);
}

/** @param {Uint8Array[]} pictures @param {Uint8Array} from @returns {Uint8Array[]} the nearest first */
function byDistance(pictures, from) {
  const distance = (/** @type {Uint8Array} */ picture) =>
    Math.hypot(...Array.from(picture, (value, i) => value - from[i]));
  return pictures
    .map((picture) => ({ picture, distance: distance(picture) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ picture }) => picture);
}

/**
 * Brings blur.html to life.
 * @param {HTMLElement} root holds its figure
 * @param {Promise<KnownModel | null>} model of digits, with its D; null if no such model is on this page
 * @param {() => Promise<RealDigits>} load the real digits
 */
export async function mountBlur(root, model, load) {
  const { find } = within(root);
  try {
    const known = await model;
    root.hidden = !known;
    if (!known) return;
    const real = await load();
    const show = (/** @type {number} */ digit) => showMeans(find(".means"), known, real, digit);
    for (let digit = 0; digit < 10; digit++) {
      choice(find(".digits"), "blur-digit", digit === FIRST, () => show(digit)).textContent = String(digit);
    }
    await show(FIRST);
  } catch (error) {
    find(".error").textContent = `The means cannot be shown: ${/** @type {Error} */ (error).message}.`;
  }
}

/**
 * @param {HTMLElement} list
 * @param {KnownModel} model
 * @param {RealDigits} real
 * @param {number} digit
 */
async function showMeans(list, model, real, digit) {
  const near = alike(real, digit);
  const means = COUNTS.map((count) => meanOf(near.slice(0, count)));
  const pictures = Uint8Array.from(means.flatMap((mean) => [...mean]));
  const digits = COUNTS.map(() => digit);
  const { logits } = await model.engine.discriminate({ model: model.id, pictures, digits, saliency: false });
  list.replaceChildren();
  means.forEach((mean, i) => {
    const percentile = model.percentile(logits[i], digit);
    const item = make(list, "li");
    const name = COUNTS[i] === 1 ? "One" : `Mean of ${COUNTS[i]}`;
    const label = `${name}: ${reasonOf(percentile, `${digit}s`)}`;
    paint(
      make(make(item, "span", { class: "plate" }), "canvas", {
        width: 112,
        height: 112,
        role: "img",
        "aria-label": label,
      }),
      mean,
    );
    const bar = make(item, "span", { class: "bar", title: label });
    make(bar, "i", { style: `transform: scaleX(${percentile / 100})` });
    make(item, "span", {}, name);
    make(item, "small", {}, callsForged(percentile) ? "D: forged" : "D: real");
  });
}
