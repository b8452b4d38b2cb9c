// The Fréchet distance between two normal distributions of features, as gan/evaluation/metrics.py computes it.

const SWEEPS = 30; // at most; a matrix of 128 × 128 needs about eight
const ROUNDING = 1e-22; // what is left of the squares outside the diagonal, of all squares, counts as nothing

/**
 * A normal distribution of D features.
 * @typedef {object} Gaussian
 * @property {Float64Array} mean [D]
 * @property {Float64Array} covariance [D · D]
 */

/**
 * The normal distribution that fits features.
 * @param {Float32Array} features [N · D], N ≥ 2
 * @param {number} size D
 * @returns {Gaussian}
 */
export function fitGaussian(features, size) {
  const count = features.length / size;
  const mean = new Float64Array(size);
  features.forEach((value, i) => {
    mean[i % size] += value / count;
  });
  const covariance = new Float64Array(size * size);
  const row = new Float64Array(size);
  for (let start = 0; start < features.length; start += size) {
    for (let i = 0; i < size; i++) row[i] = features[start + i] - mean[i];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) covariance[i * size + j] += (row[i] * row[j]) / (count - 1);
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) covariance[j * size + i] = covariance[i * size + j];
  }
  return { mean, covariance };
}

/**
 * ‖μa − μb‖² + tr(Σa + Σb − 2 (Σa Σb)^½). Heusel et al. 2017, arXiv 1706.08500, eq. 6.
 *
 * The trace of the root is the sum of the roots of the eigenvalues of Σa^½ Σb Σa^½, which is symmetric.
 * @param {Gaussian} a
 * @param {Gaussian} b
 */
export function frechetDistance(a, b) {
  const size = a.mean.length;
  const { values, vectors } = eigenOfSymmetric(a.covariance, size);
  const roots = values.map((value) => Math.sqrt(Math.max(value, 0)));
  const root = new Float64Array(size * size); // V √Λ Vᵀ
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) {
        root[i * size + j] += vectors[i * size + k] * roots[k] * vectors[j * size + k];
      }
    }
  }
  const middle = multiply(multiply(root, b.covariance, size), root, size);
  let cross = 0;
  for (const value of eigenOfSymmetric(middle, size).values) cross += Math.sqrt(Math.max(value, 0));
  let distance = -2 * cross;
  for (let i = 0; i < size; i++) {
    distance += (a.mean[i] - b.mean[i]) ** 2;
    distance += a.covariance[i * size + i] + b.covariance[i * size + i];
  }
  return distance;
}

/** @param {Float64Array} a @param {Float64Array} b @param {number} size @returns {Float64Array} a · b */
function multiply(a, b, size) {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k];
      for (let j = 0; j < size; j++) product[i * size + j] += factor * b[k * size + j];
    }
  }
  return product;
}

/**
 * Eigenvalues and eigenvectors by Jacobi's method: a rotation in the plane of two axes makes the entry between them
 * 0, and this is done for all pairs of axes, again and again.
 * @param {Float64Array} matrix symmetric, [size · size]
 * @param {number} size
 * @returns {{values: Float64Array, vectors: Float64Array}} vectors: one a column, in the order of the values
 */
export function eigenOfSymmetric(matrix, size) {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  let all = 0;
  for (const value of a) all += value * value;
  for (let sweep = 0; sweep < SWEEPS && outside(a, size) > ROUNDING * all; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

/** The sum of the squares outside the diagonal. @param {Float64Array} a @param {number} size */
function outside(a, size) {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) if (i !== j) sum += a[i * size + j] ** 2;
  }
  return sum;
}

/**
 * Makes a[p, q] 0 by a rotation of the axes p and q.
 * @param {Float64Array} a symmetric
 * @param {Float64Array} vectors turned with it
 * @param {number} size
 * @param {number} p
 * @param {number} q
 */
function rotate(a, vectors, size, p, q) {
  const between = a[p * size + q];
  if (between === 0) return;
  const cotangent = (a[q * size + q] - a[p * size + p]) / (2 * between); // of twice the angle
  const tangent = Math.sign(cotangent || 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  turn(a, p, q, size, size, cosine, sine); // columns
  turn(a, p * size, q * size, 1, size, cosine, sine); // rows
  turn(vectors, p, q, size, size, cosine, sine);
}

/**
 * Turns the points (values[x], values[y]), (values[x + step], values[y + step]), … A function for one point, called so
 * often, would leave a garbage of 1 GB in one distance: each number that it is given becomes an object.
 * @param {Float64Array} values
 * @param {number} x
 * @param {number} y
 * @param {number} step
 * @param {number} count of points
 * @param {number} cosine
 * @param {number} sine
 */
function turn(values, x, y, step, count, cosine, sine) {
  for (let k = 0; k < count * step; k += step) {
    const atX = values[x + k];
    const atY = values[y + k];
    values[x + k] = cosine * atX - sine * atY;
    values[y + k] = sine * atX + cosine * atY;
  }
}
