/** What is sent to the server for live runs, and how the page learns what is new of a run (gan/ui/live_routes.py). */

import { readTensors } from "../engine/tensors.js";

const POLL_MS = 250; // from an answer to the next question
const RETRY_MS = 1000; // until something that did not come is asked for again

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
 * The same, asked for again and again until it comes.
 *
 * @param {string} path
 * @returns {Promise<Uint8Array>}
 */
export async function insistOnBytes(path) {
  for (;;) {
    const bytes = await fetchBytes(path);
    if (bytes) return bytes;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * What is new of a run: all of it, only how far it is, or that the server knows it no longer.
 * @typedef {{kind: "snapshot", snapshot: any, arrays: any} | {kind: "pace", pace: object} | {kind: "gone"}} News
 */

/**
 * Asks for the news of a run again and again, until it is closed. Nothing is asked while nobody looks: the page is
 * hidden, or `isWatched` says so. After `close` a request that is under way is cancelled, and no answer is told.
 *
 * @param {string} name the run's
 * @param {object} on
 * @param {() => boolean} on.isWatched
 * @param {() => number} on.version of the snapshot that is known; −1: none
 * @param {(news: News) => void} on.told
 * @param {(isCutOff: boolean) => void} on.reached is told after each question whether it was left without an answer
 * @returns {{close: () => void}}
 */
export function connect(name, { isWatched, version, told, reached }) {
  const closing = new AbortController();
  const { signal } = closing;

  /** @returns {Promise<News | null>} null: there was no answer that makes sense */
  async function ask() {
    try {
      const response = await fetch(live(`watch/${name}?after=${version()}`), { signal });
      if (response.status === 404) return { kind: "gone" };
      if (!response.ok) return null;
      const isShort = response.headers.get("content-type")?.includes("json");
      if (isShort) return { kind: "pace", pace: await response.json() };
      const { metadata, arrays } = readTensors(await response.arrayBuffer());
      return { kind: "snapshot", snapshot: JSON.parse(metadata.snapshot), arrays };
    } catch {
      return null;
    }
  }

  async function askOnAndOn() {
    if (isWatched() && !document.hidden) {
      const news = await ask();
      if (signal.aborted) return;
      reached(news === null);
      if (news) told(news);
    }
    if (!signal.aborted) setTimeout(askOnAndOn, POLL_MS);
  }

  askOnAndOn();
  return { close: () => closing.abort() };
}
