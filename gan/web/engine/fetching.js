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

/**
 * @param {string} url an absolute address
 * @param {Report} report is told after each part
 * @returns {Promise<ArrayBuffer>}
 * @throws {Error} one line with the file's name: it cannot be fetched.
 */
export async function fetchWithReport(url, report) {
  const name = new URL(url).pathname.split("/").at(-1);
  const response = await (takeEarly(url) ?? fetch(url)).catch(() => {
    throw new Error(`${name} cannot be fetched; is there a connection?`);
  });
  if (!response.ok || !response.body) throw new Error(`${name} cannot be fetched (${response.status})`);
  const total = lengthOf(response);
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let got = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    got += part.value.length;
    report(got, total);
  }
  const file = new Blob(parts); // has copies
  free(...parts);
  return file.arrayBuffer();
}
