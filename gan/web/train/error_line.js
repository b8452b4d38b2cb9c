/** The line that says what went wrong: an order that was refused, or a link that leads nowhere. */

/** @param {HTMLElement} line has role="alert" */
export function createErrorLine(line) {
  /** @param {Error} [error] nothing: all is well */
  function complain(error) {
    line.textContent = error?.message ?? "";
  }

  /**
   * Waits until an order is taken, and says what is wrong if it is refused.
   *
   * @param {Promise<unknown>} order
   * @returns {Promise<boolean>} whether it was taken
   */
  async function carryOut(order) {
    try {
      await order;
      complain();
      return true;
    } catch (error) {
      complain(/** @type {Error} */ (error));
      return false;
    }
  }

  return { complain, carryOut };
}
