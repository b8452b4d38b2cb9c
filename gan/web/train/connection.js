/** What is sent to the server for live runs, and what is fetched of them (gan/ui/live_routes.py). */

const FIRST_RETRY_MS = 500; // until something that did not come is asked for again; each next pause is twice as long
const LAST_RETRY_MS = 30_000;

/**
 * @param {string} path
 * @returns {URL} its address on the server
 */
export const live = (path) => new URL(`live/${path}`, document.baseURI);

/**
 * Sends JSON to the server, and returns its answer.
 *
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 * @throws {Error} One line for the page: the server's own, or who answers in its place (a proxy, or nobody).
 */
export const post = (path, body) => send(live(path), JSON.stringify(body), "application/json");

/**
 * The same, of any bytes.
 *
 * @param {URL} address
 * @param {BodyInit} body
 * @param {string} [kind] its Content-Type
 * @returns {Promise<any>}
 * @throws {Error} One line for the page, with the answer's status.
 */
export async function send(address, body, kind = "application/octet-stream") {
  const headers = { "Content-Type": kind };
  const response = await fetch(address, { method: "POST", headers, body }).catch(() => {
    throw new Error("The server cannot be reached; try again.");
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const message = answer?.error ?? `The server answers ${response.status}; try again in a minute.`;
  throw Object.assign(new Error(message), { status: response.status });
}

/**
 * @param {string} path
 * @returns {Promise<Uint8Array | null>} the bytes of an answer; null where there is none, or an error
 */
export async function fetchBytes(path) {
  try {
    const response = await fetch(live(path));
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/**
 * The same, asked for again and again, after pauses that grow, until it comes.
 *
 * @param {string} path
 * @returns {Promise<Uint8Array>}
 */
export async function insistOnBytes(path) {
  for (let pause = FIRST_RETRY_MS; ; pause = Math.min(2 * pause, LAST_RETRY_MS)) {
    const bytes = await fetchBytes(path);
    if (bytes) return bytes;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
