// Gradient penalties of gan/training/penalties.py, as functions of ‖∇D‖² at each picture.
//
// D is piecewise linear, so a penalty's gradient at D's kernels needs no second derivative (discriminator.js): only how
// fast the penalty grows along ∇D at each picture, which is the `factor` here: ∂penalty/∂(∇D) = factor · ∇D.

/** @typedef {{penalty: number, factors: Float32Array}} Penalty its value, and a factor for each picture */

/**
 * ½ γ E‖∇D‖²: R1 on real pictures, R2 on fakes. arXiv 1801.04406, eq. 9.
 * @param {Float32Array} squaredNorms [share of the batch]
 * @param {number} batch
 * @param {number} gamma
 * @returns {Penalty}
 */
export const zeroCenteredGp = (squaredNorms, batch, gamma) => ({
  penalty: (0.5 * gamma * squaredNorms.reduce((a, b) => a + b, 0)) / batch,
  factors: squaredNorms.map(() => gamma / batch),
});

/**
 * λ E(‖∇D‖ − 1)². arXiv 1704.00028, eq. 3.
 * @param {Float32Array} squaredNorms [share of the batch]
 * @param {number} batch
 * @param {number} weight λ
 * @returns {Penalty}
 */
export function oneCenteredGp(squaredNorms, batch, weight) {
  const norms = squaredNorms.map((square) => Math.sqrt(square + 1e-12)); // a square root has no slope at 0
  return {
    penalty: (weight * norms.reduce((sum, norm) => sum + (norm - 1) ** 2, 0)) / batch,
    factors: norms.map((norm) => (2 * weight * (norm - 1)) / norm / batch),
  };
}
