// How hard each loss pushes: on G, and on D, by one forgery to which D gives an answer.

/** @import { Measure } from "./measure.js" */
/** @import { Colours, Drawing } from "../game/draw.js" */

import { LOSSES } from "../../training/losses.js";
import { swing } from "./measure.js";

/** The losses that can be chosen, in the order of the page's list. */
export const NAMES = ["minimax", "non-saturating", "least-squares", "hinge", "wasserstein", "relativistic"];
const MOST = 5; // D's largest answer on the canvas; the smallest is −MOST
const [LOW, HIGH] = [-0.6, 2.2]; // of a push, on the canvas
const POINTS = 120; // of a curve

/**
 * The slopes of a loss at D's logit of a forgery; a relativistic loss compares it with a real picture of logit 0.
 * @param {string} name of LOSSES
 * @param {number} logit
 * @returns {{onG: number, onD: number}} onG: how hard G is pushed to raise the logit; onD: how hard D is, to lower it
 */
export function pushesOf(name, logit) {
  const [f, r] = [Float32Array.of(logit), Float32Array.of(0)];
  const { discriminator, generator } = LOSSES[name];
  return { onG: -generator(f, r, 1).fake[0], onD: discriminator(r, f, 1, 0).fake[0] };
}

/** @returns {Measure} */
export const pushes = () => ({
  show({ loss, logit }, drawing, colours) {
    const name = NAMES[loss];
    drawAxes(drawing, colours);
    for (const [kind, colour] of /** @type {const} */ ([
      ["onD", colours.real],
      ["onG", colours.forged],
    ])) {
      const places = Array.from({ length: POINTS + 1 }, (_, i) => {
        const x = MOST * ((2 * i) / POINTS - 1);
        return { x, y: pushesOf(name, x)[kind] };
      });
      drawCurve(drawing, places, colour);
      const y = pushesOf(name, logit)[kind];
      drawDot(drawing, logit, y, colour);
    }
    const { onG, onD } = pushesOf(name, logit);
    return `D’s answer ${logit.toFixed(1)}: G is pushed by ${onG.toFixed(2)}, D by ${onD.toFixed(2)}`;
  },
  path: (time) => ({ logit: swing(time, -MOST, MOST) }),
});

/** @param {Drawing} drawing @param {number} x @param {number} y @returns {[number, number]} in pixels */
const toPixels = ({ side }, x, y) => [
  (side * (x / MOST + 1)) / 2,
  side * (1 - (Math.min(y, 2 * HIGH) - LOW) / (HIGH - LOW)),
];

/** Where nobody is pushed, and where D cannot decide. @param {Drawing} drawing @param {Colours} colours */
function drawAxes(drawing, { ink }) {
  const { context } = drawing;
  context.beginPath();
  context.moveTo(...toPixels(drawing, -MOST, 0));
  context.lineTo(...toPixels(drawing, MOST, 0));
  context.moveTo(...toPixels(drawing, 0, LOW));
  context.lineTo(...toPixels(drawing, 0, HIGH));
  drawing.stroke(ink, 0.3, 1);
}

/** @param {Drawing} drawing @param {{x: number, y: number}[]} places @param {string} colour */
function drawCurve(drawing, places, colour) {
  drawing.context.beginPath();
  for (const { x, y } of places) drawing.context.lineTo(...toPixels(drawing, x, y));
  drawing.stroke(colour, 1, 2);
}

/** @param {Drawing} drawing @param {number} x @param {number} y @param {string} colour */
function drawDot(drawing, x, y, colour) {
  const { context } = drawing;
  context.beginPath();
  context.arc(...toPixels(drawing, x, y), 5 * devicePixelRatio, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}
