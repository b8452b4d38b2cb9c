// A .zip as files that can be read one by one. Nothing is unpacked before it is asked for, so the memory that it takes
// is that of one file. Format: APPNOTE.TXT of PKWARE, §4.3.

/** @import { PictureFile } from "./given.js" */

const END = 0x06054b50; // signature of the end record, which is the last
const ENTRY = 0x02014b50; // of an entry of the central directory
const LOCAL = 0x04034b50; // of the header before a file's content
const END_BYTES = 22;
const MAX_COMMENT = 65_535; // bytes that may follow the end record
const MAX_DIRECTORY = 32_000_000; // bytes of the central directory: some 300,000 files
const UTF8 = 1 << 11; // flag: names are UTF-8
const AGAIN = "pack it again, or drop the folder"; // what to do with a damaged one
const LOCKED = 1;
const STORED = 0;
const DEFLATED = 8;

/** @param {Blob} blob @param {number} start @param {number} end @returns {Promise<DataView<ArrayBuffer>>} */
const view = async (blob, start, end) => new DataView(await blob.slice(start, end).arrayBuffer());

/**
 * @param {Blob} blob
 * @returns {Promise<DataView>} the central directory
 * @throws {Error} one line: this is no .zip, or one of a kind that is not read.
 */
async function directoryOf(blob) {
  const start = Math.max(0, blob.size - END_BYTES - MAX_COMMENT);
  const tail = await view(blob, start, blob.size);
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && tail.getUint32(at, true) !== END) at--;
  if (at < 0) throw new Error(`it is damaged, or no .zip; ${AGAIN}`);
  const [bytes, offset] = [tail.getUint32(at + 12, true), tail.getUint32(at + 16, true)];
  if (offset === 0xffffffff) throw new Error("it has more than 4 GB; unpack it, and drop the folder");
  if (bytes > MAX_DIRECTORY) throw new Error("it has too many files; unpack it, and drop the folder");
  if (offset + bytes > blob.size) throw new Error(`it is cut off; ${AGAIN}`);
  return view(blob, offset, offset + bytes);
}

/**
 * The content of an entry, unpacked; at most as long as was promised, whatever is packed there.
 * @param {Blob} blob the .zip
 * @param {{method: number, flags: number, packed: number, size: number, offset: number}} entry
 * @returns {Promise<Blob>}
 * @throws {Error} one line: it is locked, damaged, or longer than was promised.
 */
async function unpack(blob, { method, flags, packed, size, offset }) {
  if (flags & LOCKED) throw new Error("it is locked by a password");
  if (method !== STORED && method !== DEFLATED) throw new Error("it is packed in an unusual way");
  const header = await view(blob, offset, offset + 30);
  if (header.byteLength < 30 || header.getUint32(0, true) !== LOCAL) throw new Error("it is damaged");
  const start = offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const content = blob.slice(start, start + packed);
  if (method === STORED) return content;
  const parts = [];
  let length = 0;
  const reader = content.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > size) {
      reader.cancel().catch(() => null);
      throw new Error("it is larger than the .zip promises");
    }
    parts.push(value);
  }
  if (length !== size) throw new Error("it is cut off");
  return new Blob(parts);
}

/**
 * A name in the list of files. Some programs write UTF-8 without saying so; others write the "\\" of Windows.
 * @param {Uint8Array} bytes
 * @param {number} flags
 * @returns {string} with "/" between its parts
 */
function nameIn(bytes, flags) {
  /** @param {string} kind @param {boolean} fatal */
  const decode = (kind, fatal) => new TextDecoder(kind, { fatal }).decode(bytes).replaceAll("\\", "/");
  if (flags & UTF8) return decode("utf-8", false);
  try {
    return decode("utf-8", true);
  } catch {
    return decode("windows-1252", false);
  }
}

/**
 * The files in a .zip, in the order in which they lie there. Folders are left out.
 * @param {Blob} blob
 * @returns {Promise<PictureFile[]>}
 * @throws {Error} one line: it is damaged or locked, or cannot be read here.
 */
export async function filesInZip(blob) {
  const directory = await directoryOf(blob);
  const files = [];
  for (let at = 0; at + 46 <= directory.byteLength; ) {
    if (directory.getUint32(at, true) !== ENTRY) throw new Error(`its list of files is damaged; ${AGAIN}`);
    const flags = directory.getUint16(at + 8, true);
    const [nameBytes, extra, comment] = [28, 30, 32].map((field) => directory.getUint16(at + field, true));
    const bytes = new Uint8Array(
      directory.buffer,
      at + 46,
      Math.min(nameBytes, directory.byteLength - at - 46),
    );
    const name = nameIn(bytes, flags);
    const [packed, size] = [20, 24].map((field) => directory.getUint32(at + field, true));
    const entry = {
      method: directory.getUint16(at + 10, true),
      flags,
      packed,
      size,
      offset: directory.getUint32(at + 42, true),
    };
    if (!name.endsWith("/")) files.push({ name, size, open: () => unpack(blob, entry), flags });
    at += 46 + nameBytes + extra + comment;
  }
  if (files.length && files.every(({ flags }) => flags & LOCKED)) {
    throw new Error("it is locked by a password; unpack it, and drop the folder");
  }
  return files;
}
