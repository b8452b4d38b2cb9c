// Figures that move: only while they can be seen, and not at all for a visitor who asked for less motion.

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** @returns {boolean} whether figures begin to move by themselves */
export const maySelfStart = () => !CALM.matches;

/**
 * Calls a function before each frame while an element is on the screen, at most 60 times a second.
 * @param {Element} element
 * @param {(time: number) => void} draw time: in ms, as requestAnimationFrame gives it
 */
export function everyFrame(element, draw) {
  let isSeen = false;
  let request = 0;

  /** @param {number} time */
  function frame(time) {
    request = 0;
    if (!isSeen) return;
    request = requestAnimationFrame(frame);
    draw(time);
  }

  new IntersectionObserver(([{ isIntersecting }]) => {
    isSeen = isIntersecting;
    if (isSeen && !request) request = requestAnimationFrame(frame);
  }).observe(element);
}

/**
 * Calls a function once, when an element first comes near the screen.
 * @param {Element} element
 * @param {() => void} begin
 */
export function onceNear(element, begin) {
  const observer = new IntersectionObserver(
    ([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      observer.disconnect();
      begin();
    },
    { rootMargin: "300px" },
  );
  observer.observe(element);
}

/**
 * Calls a function each time an element comes onto the screen.
 * @param {Element} element
 * @param {() => void} look
 */
export function whenSeen(element, look) {
  new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && look()).observe(element);
}
