// Files that are gzipped, where they lie.

import { free } from "./memory.js";

const MOST = 1032; // bytes that one byte of a gzipped file can become (zlib.net/zlib_tech.html)
const PIECE = 65536; // bytes of the packed file that are unpacked at once

/**
 * The bytes in pieces that are views of them. (The pieces of a Blob would be copies, which nobody but the browser can free.)
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {ReadableStream<Uint8Array<ArrayBuffer>>}
 */
function inPieces(bytes) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(bytes.subarray(at, at + PIECE));
      at += PIECE;
      if (at >= bytes.length) controller.close();
    },
  });
}

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
  const stream = inPieces(bytes).pipeThrough(new DecompressionStream("gzip"));
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
