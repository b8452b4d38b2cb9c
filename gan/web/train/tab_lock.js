/**
 * Which tab has a run: a tab holds a lock by the run's name for as long as the run is on its page. A browser without
 * locks, or a frame that may not use them, has none: then a new tab takes the run that was on last.
 */

/** @import { Ticket } from "./run.js" */

/** @returns {LockManager | undefined} */
const locks = () => globalThis.navigator?.locks;

/** @param {Ticket} ticket */
const nameOf = ({ name, key }) => `forger-run ${name} ${key}`;

/**
 * Holds the lock of a run, as soon as it is free.
 * @param {Ticket} ticket
 * @returns {() => void} lets it go
 */
export function hold(ticket) {
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

/** Whether some tab holds the lock of a run. @param {Ticket} ticket @returns {Promise<boolean>} */
export async function isHeld(ticket) {
  try {
    const { held = [] } = (await locks()?.query()) ?? {};
    return held.some(({ name }) => name === nameOf(ticket));
  } catch {
    return false;
  }
}
