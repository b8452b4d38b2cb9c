/**
 * The keyboard's place: a browser takes the focus from a button that is switched off, hidden or gone. Here the button gets
 * it back as soon as it can be pressed again, or else the main one does.
 */

/** @param {HTMLElement} control @returns {boolean} whether it can have the focus */
const isThere = (control) => control.offsetParent !== null && !control.matches(":disabled");

/**
 * @param {HTMLElement} root holds the controls
 * @param {HTMLElement} main gets the focus that another has lost
 * @returns {() => void} to be called when the controls have changed
 */
export function createFocusKeeper(root, main) {
  /** @type {HTMLElement | null} the control that has the focus, or has lost it to nobody */
  let last = null;
  root.addEventListener("focusin", ({ target }) => {
    last = /** @type {HTMLElement} */ (target);
  });
  root.addEventListener("focusout", ({ target }) => {
    // Of a control that is taken out of the page, a browser says so while it is there still.
    queueMicrotask(() => {
      if (last && last === target && isThere(last)) last = null; // the visitor has left it
    });
  });
  return () => {
    const { activeElement } = document;
    const isLost = activeElement === document.body || (activeElement === last && last && !isThere(last));
    const heir = [last, main].find((each) => each && isThere(each));
    if (last && isLost) heir?.focus({ preventScroll: true });
  };
}
