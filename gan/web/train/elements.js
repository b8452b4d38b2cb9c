/** Finds the elements of the page that a script needs. The page is wrong where one is missing, and this says which. */

/**
 * The first element below `root` that matches.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind] its class, where more than an HTMLElement is needed
 * @returns {T}
 * @throws {Error} There is none, or it is of another class.
 */
export function find(root, selector, kind = /** @type {new () => any} */ (HTMLElement)) {
  const element = root.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} at ${selector}`);
}

/**
 * All elements below `root` that match.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind] their class; others are left out
 * @returns {T[]}
 */
export function findAll(root, selector, kind = /** @type {new () => any} */ (HTMLElement)) {
  return /** @type {T[]} */ (
    [...root.querySelectorAll(selector)].filter((element) => element instanceof kind)
  );
}

/** @type {(root: ParentNode, selector: string) => HTMLButtonElement} */
export const findButton = (root, selector) => find(root, selector, HTMLButtonElement);

/** @type {(root: ParentNode, selector: string) => HTMLInputElement} */
export const findInput = (root, selector) => find(root, selector, HTMLInputElement);

/** @type {(root: ParentNode, selector: string) => HTMLCanvasElement} */
export const findCanvas = (root, selector) => find(root, selector, HTMLCanvasElement);
