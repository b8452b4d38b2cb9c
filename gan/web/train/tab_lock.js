/**
 * Which tab has a run: a tab holds a lock by the run's name for as long as the run is on its page. A browser without
 * locks, or a frame that may not use them, has none: then a new tab takes the run that was on last.
 */

/** @import { Ticket } from "./run.js" */

/** @returns {LockManager | undefined} */
const locks = () => globalThis.navigator?.locks;

/** @param {Ticket} ticket */
const nameOf = ({ name, key }) => `forger-run ${name} ${key}`;

/** @param {Ticket} ticket @returns {() => void} lets the lock go, or no longer waits for it */
function take(ticket) {
  const waiting = new AbortController();
  let release = () => waiting.abort();
  const held = () =>
    new Promise((resolve) => {
      release = () => resolve(undefined);
    });
  const asked = locks()?.request(nameOf(ticket), { signal: waiting.signal }, held);
  asked?.catch(() => null); // it was let go before it was free, or the frame may not ask
  return () => release();
}

/**
 * Holds the lock of a run, as soon as it is free. A browser does not keep a page in memory for Back and Forward that has
 * a lock (https://web.dev/articles/bfcache). So the page lets it go when it is left, and takes it again if it comes back.
 * @param {Ticket} ticket
 * @returns {() => void} lets it go
 */
export function hold(ticket) {
  let release = take(ticket);
  const leaving = () => release();
  const back = (/** @type {PageTransitionEvent} */ { persisted }) => {
    if (persisted) release = take(ticket);
  };
  globalThis.addEventListener?.("pagehide", leaving);
  globalThis.addEventListener?.("pageshow", back);
  return () => {
    release();
    globalThis.removeEventListener?.("pagehide", leaving);
    globalThis.removeEventListener?.("pageshow", back);
  };
}

/** Whether some tab holds the lock of a run. @param {Ticket} ticket @returns {Promise<boolean>} */
export async function isHeld(ticket) {
  try {
    const { held = [] } = (await locks()?.query()) ?? {};
    return held.some(({ name }) => name === nameOf(ticket));
  } catch {
    return false;
  }
}
