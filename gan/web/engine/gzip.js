// Files that are gzipped, where they lie.

/**
 * @param {Uint8Array<ArrayBuffer>} bytes of a gzipped file; a server may have unpacked them on the way
 * @returns {Promise<Uint8Array<ArrayBuffer>>} the file that was packed
 */
export async function unpack(bytes) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}
