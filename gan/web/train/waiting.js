/** A button that says so while what it has begun is on its way, which may take seconds. */

const WAIT = "Wait …";

/** @param {HTMLElement} button @returns {boolean} whether what it has begun is on its way */
export const isWaiting = (button) => button.textContent === WAIT;

/**
 * A press while something is on its way begins nothing else.
 * @param {HTMLElement} button
 * @param {() => unknown} begin a promise that it returns is waited for
 */
export async function whileWaiting(button, begin) {
  if (isWaiting(button)) return;
  const label = button.textContent;
  button.textContent = WAIT;
  try {
    await begin();
  } finally {
    if (isWaiting(button)) button.textContent = label; // else it has another label by now
  }
}
