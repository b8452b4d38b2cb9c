// What a message to another thread hands over instead of copying it.

/** @param {any} value @returns {Transferable[]} the memory that its arrays lie in */
export function buffersOf(value) {
  if (ArrayBuffer.isView(value)) return value.byteLength ? [/** @type {ArrayBuffer} */ (value.buffer)] : [];
  return value && typeof value === "object" ? Object.values(value).flatMap(buffersOf) : [];
}
