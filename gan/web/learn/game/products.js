// The matrix products of fully connected layers. Eight rows are added to a sum at a time: so its numbers are read and
// written an eighth as often, which takes half the time. Arrays are row after row, as in networks.js.

/**
 * out = x · kernel + bias
 * @param {Float32Array} x [batch · depth]
 * @param {Float32Array} kernel [depth · width]
 * @param {Float32Array | null} bias [width]
 * @param {number} width
 * @param {Float32Array} out [batch · width]
 */
export function multiply(x, kernel, bias, width, out) {
  const depth = kernel.length / width;
  for (let row = 0, to = 0; to < out.length; row++, to += width) {
    for (let w = 0; w < width; w++) out[to + w] = bias ? bias[w] : 0;
    addProduct(x, row * depth, 1, kernel, depth, width, out, to);
  }
}

/**
 * gradient += xᵀ · u
 * @param {Float32Array} x [batch · depth]
 * @param {Float32Array} u [batch · width]
 * @param {number} width
 * @param {Float32Array} gradient [depth · width]
 */
export function addOuterProducts(x, u, width, gradient) {
  const depth = gradient.length / width;
  const batch = u.length / width;
  for (let d = 0; d < depth; d++) addProduct(x, d, depth, u, batch, width, gradient, d * width);
}

/**
 * A row of a sum += factors · rows
 * @param {Float32Array} factors
 * @param {number} first where the first factor is
 * @param {number} stride from one factor to the next
 * @param {Float32Array} rows [count · width]
 * @param {number} count
 * @param {number} width
 * @param {Float32Array} sum
 * @param {number} to where the row of the sum begins
 */
function addProduct(factors, first, stride, rows, count, width, sum, to) {
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const at = first + i * stride;
    const a = factors[at];
    const b = factors[at + stride];
    const c = factors[at + 2 * stride];
    const d = factors[at + 3 * stride];
    const e = factors[at + 4 * stride];
    const f = factors[at + 5 * stride];
    const g = factors[at + 6 * stride];
    const h = factors[at + 7 * stride];
    for (let w = 0; w < width; w++) {
      const row = i * width + w;
      const half = row + 4 * width;
      sum[to + w] +=
        a * rows[row] +
        b * rows[row + width] +
        c * rows[row + 2 * width] +
        d * rows[row + 3 * width] +
        (e * rows[half] + f * rows[half + width] + g * rows[half + 2 * width] + h * rows[half + 3 * width]);
    }
  }
  for (; i < count; i++) {
    const factor = factors[first + i * stride];
    for (let w = 0; w < width; w++) sum[to + w] += factor * rows[i * width + w];
  }
}

/**
 * out = u · kernelᵀ: the kernel is turned over first, so that its rows can be added as in `multiply`.
 * @param {Float32Array} u [batch · width]
 * @param {Float32Array} kernel [depth · width]
 * @param {number} width
 * @param {Float32Array} out [batch · depth]
 */
export function multiplyTransposed(u, kernel, width, out) {
  const depth = kernel.length / width;
  const turned = new Float32Array(kernel.length); // [width · depth]
  for (let d = 0; d < depth; d++) {
    for (let w = 0; w < width; w++) turned[w * depth + d] = kernel[d * width + w];
  }
  multiply(u, turned, null, depth, out);
}
