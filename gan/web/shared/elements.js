// Elements that the page's HTML has, by their selector, with their type.

/**
 * @typedef {object} Finder
 * @property {(selector: string) => HTMLElement} find the first; throws if there is none: a mistake in the page's HTML
 * @property {(selector: string) => HTMLInputElement} input
 * @property {(selector: string) => HTMLSelectElement} select
 * @property {(selector: string) => HTMLButtonElement} button
 * @property {(selector: string) => HTMLCanvasElement} canvas
 * @property {(selector: string) => HTMLInputElement[]} inputs all of them
 * @property {(selector: string) => HTMLCanvasElement[]} canvases
 * @property {(selector: string) => HTMLElement[]} all
 */

/**
 * @param {Element} root
 * @returns {Finder} of elements within it
 */
export function within(root) {
  /** @template {HTMLElement} Kind @param {string} selector @param {new () => Kind} Kind @returns {Kind} */
  const one = (selector, Kind) => {
    const found = root.querySelector(selector);
    if (!(found instanceof Kind)) throw new Error(`the page has no ${selector}`);
    return found;
  };
  /** @template {HTMLElement} Kind @param {string} selector @param {new () => Kind} Kind @returns {Kind[]} */
  const many = (selector, Kind) =>
    /** @type {Kind[]} */ ([...root.querySelectorAll(selector)].filter((each) => each instanceof Kind));
  return {
    find: (selector) => one(selector, HTMLElement),
    input: (selector) => one(selector, HTMLInputElement),
    select: (selector) => one(selector, HTMLSelectElement),
    button: (selector) => one(selector, HTMLButtonElement),
    canvas: (selector) => one(selector, HTMLCanvasElement),
    inputs: (selector) => many(selector, HTMLInputElement),
    canvases: (selector) => many(selector, HTMLCanvasElement),
    all: (selector) => many(selector, HTMLElement),
  };
}

/**
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 * @returns {CanvasRenderingContext2D}
 */
export function contextOf(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("This browser has no canvas to draw on.");
  return /** @type {CanvasRenderingContext2D} */ (context);
}

/**
 * Shows that a button does nothing now, or does something again. It is not `disabled`: such a button loses the
 * keyboard's focus, and who has just pressed it must look for the place again. Who listens to its clicks must see to it
 * that they do nothing then.
 *
 * @param {HTMLButtonElement} button
 * @param {boolean} isOff
 */
export function switchOff(button, isOff) {
  button.ariaDisabled = String(isOff);
}
