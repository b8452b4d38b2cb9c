// What a message to another thread hands over instead of copying it.

import { free } from "../engine/memory.js";

/** @param {any} value @returns {Transferable[]} the memory that its arrays lie in */
export function buffersOf(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength ? [/** @type {ArrayBuffer} */ (value.buffer)] : [];
  return value && typeof value === "object" ? Object.values(value).flatMap(buffersOf) : [];
}

/**
 * Copies of the arrays that a message has brought, whose own memory is given back at once: snapshots bring half a megabyte
 * a second, which a page would collect once it is about 60 MB. What becomes of the copies it notices soon.
 * @template {object} Arrays
 * @param {Arrays} arrays each {values} by its name
 * @returns {Arrays}
 */
export function takeOver(arrays) {
  const entries = /** @type {[string, {values: Uint8Array | Float32Array}][]} */ (Object.entries(arrays));
  const copies = entries.map(([name, { values }]) => [name, { values: values.slice() }]);
  free(...entries.map(([, { values }]) => values));
  return Object.fromEntries(copies);
}
