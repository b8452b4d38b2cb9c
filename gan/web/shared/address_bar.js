// The address bar, which the page writes into where it may, and never needs.

const HUGGING_FACE = "https://huggingface.co";

/**
 * Writes an address of this page into the address bar. Where the page is a Space, this bar is that of Hugging Face's
 * page around it, which is told (https://huggingface.co/docs/hub/spaces-handle-url-parameters).
 * @param {URL | string} address
 * @param {{isNew?: boolean}} [entry] isNew: Back leads to the address that stands there now
 */
export function writeAddress(address, { isNew = false } = {}) {
  try {
    if (isNew) history.pushState(history.state, "", address);
    else history.replaceState(history.state, "", address);
  } catch {
    // A frame may have no address of its own, and Safari takes no more than 100 in 30 seconds.
  }
  if (parent !== window && isInSpace())
    parent.postMessage(forSpace(new URL(address, location.href)), HUGGING_FACE);
}

/** Whether the page around this one is Hugging Face's. Firefox tells only where the frame was opened from. */
const isInSpace = () =>
  location.ancestorOrigins?.[0] === HUGGING_FACE || document.referrer.startsWith(`${HUGGING_FACE}/`);

/**
 * An address as Hugging Face's page takes it.
 * @param {URL} address
 * @returns {{queryString: string, hash: string}} without what Hugging Face has added itself, as "__theme" and "__sign"
 */
export function forSpace({ searchParams, hash }) {
  const own = [...searchParams].filter(([name]) => !name.startsWith("__"));
  return { queryString: new URLSearchParams(own).toString(), hash };
}
