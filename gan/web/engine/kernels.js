// The program of the kernels, and what it exports (kernels.wat says what each does).

import { fetchFile } from "./fetching.js";

/** @typedef {number} Address in bytes, of a memory */

/**
 * @typedef {object} Kernels
 * @property {(a: Address, a_row: number, a_k: number, b: Address, b_k: number, b_panel: number, c: Address,
 *   c_row: number, rows: number, depth: number, panels: number, add: 0 | 1) => void} product
 * @property {(padded: Address, patches: Address, pictures: number, side: number, run: number) => void} im2col
 * @property {(padded: Address, patches: Address, pictures: number, side: number, run: number) => void} col2im
 * @property {(padded: Address, x: Address, pictures: number, height: number, line: number, pixel: number) => void} pad
 * @property {(padded: Address, x: Address, pictures: number, height: number, line: number, pixel: number) => void} crop
 * @property {(x: Address, bias: Address, rows: number, size: number, slope: number) => void} leaky_relu
 * @property {(x: Address, bias: Address, rows: number, size: number) => void} tanh
 * @property {(u: Address, y: Address, size: number, slope: number) => void} leaky_relu_back
 * @property {(y: Address, x: Address, size: number, s: number, t: number) => void} blend
 * @property {(y: Address, x: Address, size: number, s: number) => void} scale
 * @property {(sums: Address, x: Address, rows: number, size: number, scale: number) => void} add_rows
 * @property {(x: Address, y: Address, size: number) => number} dot
 * @property {(w: Address, mu: Address, nu: Address, g: Address, size: number, rate: number, beta1: number,
 *   beta2: number, debias1: number, debias2: number) => void} adam
 * @property {(x: Address, size: number, bound: number) => void} clip
 * @property {(from: Address, to: Address, rows: number, columns: number) => void} transpose
 * @property {(x: Address, size: number) => void} fill_zero
 */

/**
 * The fastest program that this browser understands. With relaxed SIMD a train step takes a sixth less time; its sums
 * differ in their last bits from one kind of processor to another.
 *
 * @returns {Promise<WebAssembly.Module | null>} null: the browser has no WebAssembly with vectors, or the page's
 *   Content-Security-Policy forbids it
 */
export async function fetchKernels() {
  if (typeof WebAssembly !== "object") return null;
  for (const name of ["kernels-relaxed.wasm", "kernels.wasm"]) {
    const bytes = await fetchFile(new URL(name, import.meta.url));
    if (WebAssembly.validate(bytes)) return WebAssembly.compile(bytes).catch(() => null); // a policy may forbid it
  }
  return null;
}
