// A finger answers by moving the plate, as the keys do.

const SWIPE = 60; // pixels that a finger moves before it has answered

/**
 * A finger answers by moving the plate: to the left for real, to the right for forged, as the keys do.
 * @param {HTMLElement} plate
 * @param {(isForged: boolean) => void} answer
 */
export function listenToSwipes(plate, answer) {
  /** @type {number | null} */
  let start = null;
  const shift = (/** @type {number} */ x) => {
    plate.style.transform = x ? `translateX(${x}px) rotate(${x / 40}deg)` : "";
  };
  plate.addEventListener("pointerdown", ({ clientX, isPrimary, pointerType }) => {
    if (isPrimary && pointerType !== "mouse") start = clientX;
  });
  plate.addEventListener("pointermove", ({ clientX }) => {
    if (start !== null) shift(Math.max(-80, Math.min(80, clientX - start)));
  });
  plate.addEventListener("pointerup", ({ clientX }) => {
    if (start !== null && Math.abs(clientX - start) > SWIPE) answer(clientX > start);
    start = null;
    shift(0);
  });
  plate.addEventListener("pointercancel", () => {
    start = null;
    shift(0);
  });
}
