// What a hand does on a map: a drag or a click moves, Shift (or another button) and a drag shift the map, the wheel
// and two fingers zoom, and these shift it too.

/**
 * @typedef {object} Gestures
 * @property {(x: number, y: number) => void} move to a pixel
 * @property {(x: number, y: number) => void} shift the map, by pixels
 * @property {(factor: number, x: number, y: number) => void} zoom by a factor about a pixel
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Gestures} gestures
 */
export function onGestures(canvas, { move, shift, zoom }) {
  /** @type {Map<number, [number, number]>} */
  const fingers = new Map();
  /** @param {MouseEvent} event @returns {[number, number]} */
  const at = (event) => [event.offsetX, event.offsetY];
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    if (fingers.size === 1 && event.button === 0 && !event.shiftKey) move(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other && fingers.size === 2) {
      /** @param {[number, number]} pixel */
      const apart = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      zoom(apart(now) / Math.max(apart(before), 1), ...other);
      shift((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    } else if (event.shiftKey || event.buttons !== 1) shift(now[0] - before[0], now[1] - before[1]);
    else move(...now);
    fingers.set(event.pointerId, now);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), ...at(event));
    },
    { passive: false },
  );
}
