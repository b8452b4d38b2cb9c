// Reads and writes safetensors files: eight bytes of length, a header in JSON, raw numbers.

/** @import { Tensor, Tensors } from "./types.js" */

/** @type {Record<string, (bytes: ArrayBuffer) => Tensor["values"]>} */
const READERS = {
  F16: (bytes) => widen(new Uint16Array(bytes)),
  F32: (bytes) => new Float32Array(bytes),
  I32: (bytes) => new Int32Array(bytes),
  U32: (bytes) => new Uint32Array(bytes),
  U8: (bytes) => new Uint8Array(bytes),
};

const POINTER = "version https://git-lfs.github.com/spec/"; // how a Git LFS pointer begins

/** @type {Float32Array | null} */
let halves = null; // every float16 as a float32, once it is needed

/**
 * What lies in place of a file where the large files of a repository were not fetched.
 * @param {Uint8Array} bytes
 * @throws {Error} one line, if it is a Git LFS pointer.
 */
export function refusePointer(bytes) {
  const start = new TextDecoder().decode(bytes.subarray(0, POINTER.length));
  if (start === POINTER)
    throw new Error(
      "a Git LFS pointer lies in place of the file; whoever serves the page runs “git lfs pull”",
    );
}

/** @param {ArrayBuffer} buffer @returns {{length: number, header: any}} the header of a file, and its bytes */
function headerOf(buffer) {
  refusePointer(new Uint8Array(buffer));
  try {
    const length = Number(new DataView(buffer).getBigUint64(0, true));
    return { length, header: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length))) };
  } catch {
    throw new Error("what the server sent is no safetensors file; reload the page");
  }
}

/**
 * @param {ArrayBuffer} buffer the file
 * @returns {Record<string, string>} what it says of itself
 * @throws {Error} one line, if it is no such file.
 */
export const metadataOf = (buffer) => headerOf(buffer).header.__metadata__ ?? {};

/**
 * @param {ArrayBuffer} buffer the file
 * @returns {{metadata: Record<string, string>, arrays: Tensors}} float16 comes out as float32
 * @throws {Error} one line, if it is no such file.
 */
export function readTensors(buffer) {
  const { length, header } = headerOf(buffer);
  const { __metadata__: metadata, ...entries } = header;
  /** @type {Tensors} */
  const arrays = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    const [start, end] = data_offsets;
    const bytes = buffer.slice(8 + length + start, 8 + length + end); // a copy: numbers must be aligned
    arrays[name] = { shape, values: READERS[dtype](bytes) };
  }
  return { metadata, arrays };
}

/** @param {Tensor["values"]} values @returns {string} their type in a file */
function dtypeOf(values) {
  if (values instanceof Float32Array) return "F32";
  if (values instanceof Int32Array) return "I32";
  return values instanceof Uint32Array ? "U32" : "U8";
}

/**
 * The content of a file. As safetensors wants it, the arrays lie one after the other, and those of the widest numbers
 * come first, so that each begins at a multiple of its numbers' size.
 * @param {Tensors} arrays
 * @param {Record<string, string>} metadata
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function writeTensors(arrays, metadata) {
  const width = (/** @type {Tensor} */ { values }) => values.BYTES_PER_ELEMENT;
  const entries = Object.entries(arrays).sort(([, a], [, b]) => width(b) - width(a));
  let end = 0;
  const header = entries.map(([name, { shape, values }]) => {
    const start = end;
    end += values.byteLength;
    return [name, { dtype: dtypeOf(values), shape, data_offsets: [start, end] }];
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(header) });
  const unpadded = new TextEncoder().encode(text);
  const length = 8 * Math.ceil(unpadded.length / 8);
  const file = new Uint8Array(8 + length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(unpadded, 8);
  file.fill(32, 8 + unpadded.length, 8 + length); // spaces
  let at = 8 + length;
  for (const [, { values }] of entries) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

/**
 * @param {Tensors} arrays
 * @param {string} name
 * @returns {{shape: number[], values: Float32Array}} an array of real numbers
 * @throws {Error} if there is none of that name.
 */
export function realsOf(arrays, name) {
  const { shape, values } = arrays[name] ?? {};
  if (!(values instanceof Float32Array)) throw new Error(`the model has no numbers called ${name}`);
  return { shape, values };
}

/** @param {Uint16Array} bits float16 numbers @returns {Float32Array} the same numbers */
function widen(bits) {
  halves ??= Float32Array.from({ length: 65536 }, (_, i) => {
    const exponent = (i >> 10) & 31;
    const size = exponent ? (1024 + (i & 1023)) * 2 ** (exponent - 25) : (i & 1023) * 2 ** -24;
    return i >> 15 ? -size : size; // infinities do not occur in weights
  });
  const numbers = new Float32Array(bits.length); // `Float32Array.from` would make a list of them first, twice as large
  for (let i = 0; i < bits.length; i++) numbers[i] = halves[bits[i]];
  return numbers;
}
