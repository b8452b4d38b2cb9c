// Figures with sliders: a canvas, and a line of what it shows. Until a visitor touches one, its sliders move by themselves
// while it is on the screen. Two of them are the measures of the last section; pushes.js has the losses.

import { within } from "../../shared/elements.js";
import { fitGaussian } from "../../training/frechet.js";
import { coloursOf, Drawing } from "../game/draw.js";
import { SPREAD, samplePoints, TARGETS } from "../game/points.js";
import { everyFrame, maySelfStart } from "../on_screen.js";
import { createRandom } from "../random.js";
import { drawBalls, drawBetween, drawEllipse } from "./drawing.js";
import { ROUND, swing } from "./measure.js";
import { partsOf, precisionAndRecall, radiiOf } from "./measures.js";
import { pushes } from "./pushes.js";

/** @import { Measure } from "./measure.js" */

const COUNT = 160; // points of a cloud
const WIDTH = 0.26; // the standard deviation of the real cloud
/** @type {[number, number]} */
const DIRECTION = [0.8, -0.6]; // in which the forged cloud is shifted

/** @param {number} seed @returns {Float32Array} a cloud around 0 of standard deviation 1, [COUNT · 2] */
function cloud(seed) {
  const random = createRandom(seed);
  return Float32Array.from({ length: 2 * COUNT }, () => random.normal());
}

/** @returns {Measure} */
function frechet() {
  const real = cloud(1).map((value) => WIDTH * value);
  const noise = cloud(2);
  const ofReal = fitGaussian(real, 2);
  return {
    show({ shift, spread }, drawing, colours) {
      const forged = noise.map((value, i) => WIDTH * spread * value + shift * DIRECTION[i % 2]);
      const ofForged = fitGaussian(forged, 2);
      drawing.drawPoints(real, colours.real, 1.8, 0.7);
      drawing.drawPoints(forged, colours.forged, 1.8, 0.7);
      drawEllipse(drawing, ofReal, colours.real);
      drawEllipse(drawing, ofForged, colours.forged);
      drawBetween(drawing, ofReal, ofForged, colours.ink);
      const { means, spreads } = partsOf(ofReal, ofForged);
      const [d, a, b] = [means + spreads, means, spreads].map((value) => value.toFixed(2));
      return `d² = ${d}: ${a} for the means, ${b} for the spreads`;
    },
    // First the shift, then the spread.
    path: (time) =>
      Math.floor(time / ROUND) % 2
        ? { shift: 0, spread: swing(time, 1, 2) }
        : { shift: swing(time, 0, 0.7), spread: 1 },
  };
}

/** @returns {Measure} */
function precision() {
  const { ring } = TARGETS;
  const real = samplePoints(ring, COUNT, createRandom(1));
  const radii = radiiOf(real);
  const random = createRandom(2);
  const chosen = Array.from({ length: COUNT }, () => random.uniform());
  const noise = cloud(3);
  return {
    show({ clusters, spread }, drawing, colours) {
      const forged = Float32Array.from(noise, (value, i) => {
        const mode = ring.modes[Math.floor(chosen[i >> 1] * clusters)];
        return mode[i % 2] + spread * value;
      });
      const { precision, recall, isPrecise, isRecalled } = precisionAndRecall(real, forged);
      drawBalls(drawing, real, radii, colours.real);
      for (const isHit of [false, true]) {
        drawing.drawPoints(chosenOf(real, isRecalled, isHit), colours.real, 1.8, isHit ? 1 : 0.35);
        drawing.drawPoints(chosenOf(forged, isPrecise, isHit), colours.forged, 2.2, isHit ? 1 : 0.35);
      }
      return `Precision ${Math.round(100 * precision)} %, recall ${Math.round(100 * recall)} %`;
    },
    // First more clusters, then all of them, less and less exactly.
    path: (time) =>
      Math.floor(time / ROUND) % 2
        ? { clusters: 8, spread: swing(time, SPREAD, 0.3) }
        : { clusters: Math.round(swing(time, 1, 8)), spread: SPREAD },
  };
}

/** @param {Float32Array} points [N · 2] @param {boolean[]} marks [N] @param {boolean} wanted @returns {Float32Array} those with that mark */
const chosenOf = (points, marks, wanted) => points.filter((_, i) => marks[i >> 1] === wanted);

/** @type {Record<string, () => Measure>} by the figure's data-measure */
const MEASURES = { frechet, precision, pushes };

/** @param {Element} root holds the figures, as frechet.html has one */
export function mountMeasures(root) {
  for (const figure of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-measure]"))) {
    mountMeasure(figure, MEASURES[figure.dataset.measure ?? ""]());
  }
}

/** @param {HTMLElement} figure @param {Measure} measure */
function mountMeasure(figure, measure) {
  const { canvas, inputs, find } = within(figure);
  const drawing = new Drawing(canvas("canvas"));
  const sliders = inputs("input");
  const list = figure.querySelector("select");
  let isTouched = !maySelfStart();
  let isStale = true;
  const touch = () => {
    isTouched = true;
    isStale = true;
  };
  for (const kind of ["input", "focusin", "pointerdown"]) figure.addEventListener(kind, touch);

  /** @param {number} time in ms */
  function frame(time) {
    if (!isTouched) {
      const values = measure.path(time / 1000);
      for (const slider of sliders) slider.value = String(values[slider.dataset.name ?? ""]);
    }
    if (isTouched && !isStale) return;
    isStale = false;
    drawing.clear();
    const numbers = sliders.map((slider) => [slider.dataset.name, slider.valueAsNumber]);
    const values = { ...Object.fromEntries(numbers), ...(list && { loss: list.selectedIndex }) };
    find(".reading").textContent = measure.show(values, drawing, coloursOf(figure));
  }
  everyFrame(canvas("canvas"), frame);
}
