// The product of kernels.wat in plain JavaScript, for a browser without WebAssembly: some 25 times slower.

/** @typedef {import("./kernels.js").Kernels} Kernels */

/** @returns {never} */
const missing = () => {
  throw new Error(
    "This browser has no WebAssembly, and training needs it. A current Chrome, Firefox or Safari has it.",
  );
};

/**
 * @param {() => Float32Array} floats the memory, which may have been replaced by a larger one
 * @returns {Kernels} with `product` alone; all others throw
 */
export function plainKernels(floats) {
  /** @type {Kernels["product"]} */
  const product = (a, aRow, aK, b, bK, bPanel, c, cRow, rows, depth, panels, add) => {
    const numbers = floats();
    const sums = new Float64Array(8);
    for (let panel = 0; panel < panels; panel++) {
      for (let row = 0; row < rows; row++) {
        const out = (c + row * cRow + 32 * panel) >> 2;
        for (let j = 0; j < 8; j++) sums[j] = add ? numbers[out + j] : 0;
        for (let k = 0; k < depth; k++) {
          const x = numbers[(a + row * aRow + k * aK) >> 2];
          const from = (b + panel * bPanel + k * bK) >> 2;
          for (let j = 0; j < 8; j++) sums[j] += x * numbers[from + j];
        }
        numbers.set(sums, out);
      }
    }
  };
  const others = {
    im2col: missing,
    col2im: missing,
    pad: missing,
    crop: missing,
    leaky_relu: missing,
    blend: missing,
    scale: missing,
  };
  const more = {
    leaky_relu_back: missing,
    add_rows: missing,
    dot: missing,
    adam: missing,
    clip: missing,
    tanh: missing,
    transpose: missing,
  };
  return { product, ...others, ...more, fill_zero: missing };
}
