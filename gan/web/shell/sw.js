// The service worker of an exported page: what was opened once needs no connection.
//
// It fetches what Explore and the beginning of a training need when it is installed, and keeps all else when it is
// fetched first. All files of one export are one version, with a cache of its own: files of two versions are never
// mixed, and a page that is open keeps its version. Nothing depends on this script: a browser without service workers
// fetches the same files.

/**
 * What the export writes here (gan/web/installable.py).
 * @type {{version: string, addresses: string[]}} the files' addresses, from the page's own
 */
const EXPORTED = { version: "", addresses: [] };

/**
 * The parts of a service worker that are used here; TypeScript takes every script for one of a page.
 * @typedef {Event & {waitUntil: (work: Promise<unknown>) => void}} LifeEvent
 * @typedef {LifeEvent & {request: Request, respondWith: (answer: Promise<Response>) => void}} FetchEvent
 * @typedef {object} ServiceWorkerScope
 * @property {{scope: string}} registration
 * @property {{matchAll: (of: object) => Promise<{url: string}[]>, claim: () => Promise<void>}} clients
 * @property {() => Promise<void>} skipWaiting
 * @property {(type: string, listener: (event: any) => void) => void} addEventListener
 */

{
  const worker = /** @type {ServiceWorkerScope} */ (/** @type {unknown} */ (self));
  const { scope } = worker.registration; // the address of the page's folder, with a slash at its end
  const prefix = `forger ${scope} `; // caches belong to all pages of a host, and there may be another export on it
  const cacheName = prefix + EXPORTED.version;

  /** The files that are fetched at once. If one of them cannot be had, the browser tries again at the next visit. */
  async function install() {
    const cache = await caches.open(cacheName);
    // "no-cache": what the browser has of another version is asked for again.
    await cache.addAll(
      EXPORTED.addresses.map((address) => new Request(scope + address, { cache: "no-cache" })),
    );
  }

  /** Removes the caches of older versions: no page that uses them is open any more. */
  async function activate() {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim(); // the page of the first visit
  }

  /**
   * @param {Request} request
   * @returns {string | null} the address that the answer is kept under; null: it is not this script's business
   */
  function addressOf({ method, url, mode, headers }) {
    const { origin, pathname, search } = new URL(url);
    const address = origin + pathname;
    if (method !== "GET" || !address.startsWith(scope) || headers.has("range")) return null;
    if (mode !== "navigate") return address + search; // "?v=…" is a version of a file
    return address === scope || address === `${scope}index.html` ? scope : null; // "?tab=…" is for the page
  }

  /**
   * @param {FetchEvent} event
   * @param {string} address
   * @returns {Promise<Response>}
   */
  async function answer(event, address) {
    const cache = await caches.open(cacheName).catch(() => null); // a browser may have no room for one
    const kept = await cache?.match(address, { ignoreVary: true });
    if (kept) return kept;
    const response = await fetch(event.request);
    if (response.status === 200 && cache)
      event.waitUntil(cache.put(address, response.clone()).catch(() => null));
    return response;
  }

  worker.addEventListener("install", (/** @type {LifeEvent} */ event) => event.waitUntil(install()));
  worker.addEventListener("activate", (/** @type {LifeEvent} */ event) => event.waitUntil(activate()));
  worker.addEventListener("fetch", (/** @type {FetchEvent} */ event) => {
    const address = addressOf(event.request);
    if (address) event.respondWith(answer(event, address));
  });

  /** Takes the older version's place, unless another page than the one that asks is open. */
  async function takeOver() {
    const all = await worker.clients.matchAll({ type: "window", includeUncontrolled: true }); // of the whole host
    const pages = all.filter(({ url }) => url.startsWith(scope));
    if (pages.length === 1) await worker.skipWaiting();
  }

  worker.addEventListener("message", (/** @type {LifeEvent} */ event) => event.waitUntil(takeOver()));
}
