// Files that are gzipped, where they lie.

import { free } from "./memory.js";

const MOST = 1032; // bytes that one byte of a gzipped file can become (zlib.net/zlib_tech.html)

/**
 * @param {Uint8Array<ArrayBuffer>} bytes of a gzipped file; a server may have unpacked them on the way
 * @returns {Promise<Uint8Array<ArrayBuffer>>} the file that was packed
 * @throws {Error} The file is damaged.
 */
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  // Its last four bytes are the length of the packed file (RFC 1952, §2.3.1): each piece is written to its final place.
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  if (length > MOST * bytes.length) throw new Error("the file is damaged");
  const unpacked = new Uint8Array(length);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  let at = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    unpacked.set(piece.value, at);
    at += piece.value.length;
    if (piece.value.length === piece.value.buffer.byteLength) free(piece.value);
  }
  if (at !== length) throw new Error("the file is damaged");
  return unpacked;
}
