// The width and the height that a picture's file promises, read from its first bytes: a small file may promise a picture
// that fills all memory, so this is asked before it is decoded.

export const HEADER_BYTES = 256_000; // that are looked at; in a JPEG, a preview may stand before the dimensions

/** @typedef {{width: number, height: number} | null} Dimensions null: the kind is not known here */

/** @param {DataView} view @param {number} at @param {string} letters @returns {boolean} whether they stand there */
const says = (view, at, letters) =>
  view.byteLength >= at + letters.length &&
  [...letters].every((letter, i) => view.getUint8(at + i) === letter.charCodeAt(0));

/** @param {DataView} view @returns {Dimensions} */
function ofJpeg(view) {
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** @param {DataView} view @returns {Dimensions} */
function ofWebp(view) {
  const three = (/** @type {number} */ at) =>
    view.getUint8(at) + 256 * view.getUint8(at + 1) + 65536 * view.getUint8(at + 2);
  if (view.byteLength < 30) return null;
  if (says(view, 12, "VP8X")) return { width: 1 + three(24), height: 1 + three(27) };
  if (says(view, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}

/**
 * @param {ArrayBuffer} buffer the first bytes of a file, HEADER_BYTES at most
 * @returns {Dimensions}
 */
export function dimensionsIn(buffer) {
  const view = new DataView(buffer);
  if (says(view, 1, "PNG") && view.byteLength >= 24)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (says(view, 0, "GIF8") && view.byteLength >= 10)
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (says(view, 0, "BM") && view.byteLength >= 26)
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  if (view.byteLength >= 4 && view.getUint16(0) === 0xffd8) return ofJpeg(view);
  if (says(view, 0, "RIFF") && says(view, 8, "WEBP")) return ofWebp(view);
  return null;
}
