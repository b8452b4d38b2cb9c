// A chart is read with a finger and with the arrow keys; uPlot itself knows only the mouse.

import { isBrowsersKey } from "../shared/keys.js";
import { firstLineOf } from "./appearance.js";

/**
 * @import uPlot from "../vendor/uplot/uPlot.esm.js"
 * @typedef {import("./appearance.js").Spec} Spec
 */

const KEY_STEP = 8; // pixels that an arrow key moves the cursor

/**
 * @param {uPlot} chart
 * @param {Spec} spec
 * @param {HTMLElement} plot holds the chart, and can have the keyboard's focus
 * @param {HTMLElement} voice says the values that arrow keys lead to
 */
export function letRead(chart, spec, plot, voice) {
  const { over } = chart;
  let isTouched = false; // the last that pointed at it was a finger

  /** @param {number | null} left pixels from the left end; null: nothing is pointed at */
  function point(left) {
    const { x, y, width } = over.getBoundingClientRect();
    chart.syncRect();
    const clientX = x + Math.min(width, Math.max(0, left ?? 0));
    const place = { clientX, clientY: y + over.clientHeight / 2 };
    over.dispatchEvent(new MouseEvent(left === null ? "mouseleave" : "mousemove", place));
  }

  // What a finger has pointed at stays until it touches something else: a hand hides what lies under it.
  for (const event of /** @type {const} */ (["pointerdown", "pointermove"])) {
    over.addEventListener(event, ({ pointerType, clientX }) => {
      isTouched = pointerType !== "mouse";
      if (isTouched) point(clientX - over.getBoundingClientRect().left);
    });
  }
  // Browsers then say that the mouse has left, which lies somewhere else.
  const stay = (/** @type {MouseEvent} */ event) => {
    if (isTouched && event.isTrusted) event.stopImmediatePropagation();
  };
  over.addEventListener("mouseleave", stay, { capture: true });
  document.addEventListener("pointerdown", ({ target, pointerType }) => {
    const isElsewhere = !(target instanceof Element && target.closest(".u-over"));
    if (pointerType !== "mouse" && isElsewhere && isPointedAt()) point(null);
  });

  const isPointedAt = () => (chart.cursor.left ?? -1) >= 0;

  plot.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const way = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    if ((!way && event.key !== "Escape") || isBrowsersKey(event)) return;
    event.preventDefault();
    if (!way) return point(null);
    const start = way > 0 ? 0 : over.clientWidth;
    point(isPointedAt() ? Number(chart.cursor.left) + way * KEY_STEP : start);
    const values = spec.lines.map(
      ({ label }, i) => `${label} ${chart.legend.values?.[firstLineOf(spec) + i]._}`,
    );
    voice.textContent = `${spec.name(chart.posToVal(Number(chart.cursor.left), "x"))}: ${values.join("; ")}`;
  });
  plot.addEventListener("blur", () => isPointedAt() && point(null));
}
