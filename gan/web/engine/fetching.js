// Files of networks, and how much of them is there already.

import { free } from "./memory.js";

/** @typedef {(got: number, total: number | null) => void} Report in bytes; total: null where the server does not say */

/**
 * What was asked for before this program was there (shell/preload.js).
 * @typedef {{earlyModel?: {url: string, response: Promise<Response>} | null}} Early
 */

/** The early answer, once, if it is of this address. @param {string} url @returns {Promise<Response> | null} */
function takeEarly(url) {
  const early = /** @type {Early} */ (/** @type {unknown} */ (globalThis));
  if (early.earlyModel?.url !== url) return null;
  const { response } = early.earlyModel;
  early.earlyModel = null;
  return response.catch(() => fetch(url));
}

/** @param {Response} response @returns {number | null} bytes, of a file that is not packed on its way */
function lengthOf({ headers }) {
  return headers.has("content-encoding") ? null : Number(headers.get("content-length")) || null;
}

/** @param {string | URL} url @returns {string} the name of its file, for messages */
export const nameIn = (url) => String(url).split("?")[0].split("/").at(-1) ?? "";

/**
 * What the browser says of a connection that breaks is not for visitors.
 * @template T
 * @param {string | URL} url
 * @param {Promise<T>} coming an answer, or its content
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
const connected = (url, coming, signal) =>
  coming.catch((error) => {
    if (signal?.aborted) throw error;
    throw new Error(`${nameIn(url)} cannot be fetched; is there a connection?`);
  });

/** @param {string | URL} url @param {Response} response */
function refuseFailed(url, { ok, status }) {
  if (!ok) throw new Error(`${nameIn(url)} cannot be fetched (${status})`);
}

/**
 * @param {string | URL} url
 * @param {AbortSignal} [signal]
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} one line with the file's name: it cannot be fetched.
 */
export async function fetchFile(url, signal) {
  const response = await connected(url, fetch(url, { signal }), signal);
  refuseFailed(url, response);
  return connected(url, response.arrayBuffer(), signal);
}

/**
 * @param {string} url an absolute address
 * @param {Report} report is told after each part
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} one line with the file's name: it cannot be fetched.
 */
export async function fetchWithReport(url, report) {
  const response = await connected(url, takeEarly(url) ?? fetch(url));
  refuseFailed(url, response);
  if (!response.body) return new ArrayBuffer();
  return connected(url, readAll(response, response.body, report));
}

/** @param {Response} response @param {NonNullable<Response["body"]>} body @param {Report} report @returns {Promise<ArrayBuffer>} */
async function readAll(response, body, report) {
  const total = lengthOf(response);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let got = 0;
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    got += part.value.length;
    report(got, total);
  }
  const file = new Blob(parts); // has copies
  free(...parts);
  return file.arrayBuffer();
}
