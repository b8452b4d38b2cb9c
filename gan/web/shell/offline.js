/** Keeps an exported page for when there is no connection, with a service worker (sw.js) where the browser has them. */

/**
 * Nothing is said where it is refused (on plain http, in a private window, in a frame): the page works without.
 *
 * @returns {Promise<void>}
 */
export async function keepOffline() {
  try {
    const { serviceWorker } = navigator; // a frame may not be allowed to ask
    if (!serviceWorker) return;
    const isNewer = Boolean(serviceWorker.controller); // at the first visit there is no older version to replace
    const registration = await serviceWorker.register("sw.js");
    if (!isNewer || !registration.waiting) return;
    serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("activate");
  } catch {
    // no service worker, then
  }
}
