// Adversarial losses: the formulas of gan/training/losses.py, and their slopes at the logits.
//
// r are D's logits on real pictures, f those on fakes. Each loss is a mean over the batch. A worker that has a share of the
// batch divides by the size of the whole batch, and the sum over the workers is the mean.

/** @typedef {Float32Array} Logits [share of the batch] */
/** @typedef {{loss: number, real: Logits, fake: Logits}} DiscriminatorLoss its value, and its slopes at r and at f */
/** @typedef {{loss: number, fake: Logits}} GeneratorLoss its value, and its slopes at f */
/**
 * @typedef {object} Loss what each network minimises
 * @property {(r: Logits, f: Logits, batch: number, smoothing: number) => DiscriminatorLoss} discriminator
 * @property {(f: Logits, r: Logits | null, batch: number) => GeneratorLoss} generator
 * @property {boolean} [needs_real_logits] whether the generator's loss looks at D's logits on real pictures too
 */

/** σ(x), the logistic function. @param {number} x */
export const sigmoid = (x) => 1 / (1 + Math.exp(-x));
/** log(1 + eˣ), whose slope is σ(x). @param {number} x */
export const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * The mean of a function over the batch, and its slopes.
 * @param {Logits} logits
 * @param {number} batch
 * @param {(x: number) => number} value
 * @param {(x: number) => number} slope
 */
function mean(logits, batch, value, slope) {
  return {
    loss: logits.reduce((sum, x) => sum + value(x), 0) / batch,
    slopes: logits.map((x) => slope(x) / batch),
  };
}

/**
 * A loss of D that is a mean of `ofReal` plus a mean of `ofFake`.
 * @param {(smoothing: number) => [(x: number) => number, (x: number) => number]} ofReal value and slope
 * @param {[(x: number) => number, (x: number) => number]} ofFake value and slope
 * @returns {Loss["discriminator"]}
 */
const separate = (ofReal, ofFake) => (r, f, batch, smoothing) => {
  const real = mean(r, batch, ...ofReal(smoothing));
  const fake = mean(f, batch, ...ofFake);
  return { loss: real.loss + fake.loss, real: real.slopes, fake: fake.slopes };
};

/**
 * @param {(x: number) => number} value
 * @param {(x: number) => number} slope
 * @returns {Loss["generator"]}
 */
const ofFakes = (value, slope) => (f, _, batch) => {
  const { loss, slopes } = mean(f, batch, value, slope);
  return { loss, fake: slopes };
};

/** L_D = −E log σ(r) − E log(1 − σ(f)), with one-sided label smoothing. arXiv 1406.2661, eq. 1; 1606.03498, §3.4. */
const crossEntropy = separate(
  (s) => [(x) => (1 - s) * softplus(-x) + s * softplus(x), (x) => sigmoid(x) - (1 - s)],
  [softplus, sigmoid],
);

/** L_D = ½ E (r − 1)² + ½ E f². arXiv 1611.04076, eq. 9. */
const leastSquares = separate(
  () => [(x) => 0.5 * (x - 1) ** 2, (x) => x - 1],
  [(x) => 0.5 * x ** 2, (x) => x],
);

/** L_D = E max(0, 1 − r) + E max(0, 1 + f). arXiv 1705.02894. */
const hinge = separate(
  () => [(x) => Math.max(0, 1 - x), (x) => (x < 1 ? -1 : 0)],
  [(x) => Math.max(0, 1 + x), (x) => (x > -1 ? 1 : 0)],
);

/** L_D = E f − E r. arXiv 1701.07875. */
const wasserstein = separate(() => [(x) => -x, () => -1], [(x) => x, () => 1]);

/** L_D = E softplus(f − r), real and fake in pairs. R3GAN, arXiv 2501.05441, eq. 2. @type {Loss["discriminator"]} */
const relativistic = (r, f, batch) => {
  const { loss, slopes } = mean(
    f.map((x, i) => x - r[i]),
    batch,
    softplus,
    sigmoid,
  );
  return { loss, real: slopes.map((x) => -x), fake: slopes };
};

/** L_G = E softplus(r − f). R3GAN. @type {Loss["generator"]} */
function relativisticG(f, r, batch) {
  if (!r) throw new Error("the relativistic loss of G needs D's logits on real pictures");
  const { loss, slopes } = mean(
    f.map((x, i) => r[i] - x),
    batch,
    softplus,
    sigmoid,
  );
  return { loss, fake: slopes.map((x) => -x) };
}

/** L_G = E log(1 − σ(f)): its gradient vanishes where D is sure. arXiv 1406.2661, eq. 1. */
const minimax = ofFakes(
  (x) => -softplus(x),
  (x) => -sigmoid(x),
);
/** L_G = −E log σ(f). arXiv 1406.2661, §3. */
const nonSaturating = ofFakes(
  (x) => softplus(-x),
  (x) => -sigmoid(-x),
);
/** L_G = −E log(1 − σ(f)), as the article prints it; the sign is wrong. */
const asPrinted = ofFakes(softplus, sigmoid);
/** L_G = ½ E (f − 1)². arXiv 1611.04076. */
const leastSquaresG = ofFakes(
  (x) => 0.5 * (x - 1) ** 2,
  (x) => x - 1,
);
/** L_G = −E f. arXiv 1701.07875; also the generator of the hinge loss. */
const wassersteinG = ofFakes(
  (x) => -x,
  () => -1,
);

/** @type {Record<string, Loss>} */
export const LOSSES = {
  minimax: { discriminator: crossEntropy, generator: minimax },
  "non-saturating": { discriminator: crossEntropy, generator: nonSaturating },
  "least-squares": { discriminator: leastSquares, generator: leastSquaresG },
  hinge: { discriminator: hinge, generator: wassersteinG },
  wasserstein: { discriminator: wasserstein, generator: wassersteinG },
  "wasserstein-gp": { discriminator: wasserstein, generator: wassersteinG },
  dragan: { discriminator: crossEntropy, generator: nonSaturating },
  relativistic: { discriminator: relativistic, generator: relativisticG, needs_real_logits: true },
  "as-printed": { discriminator: crossEntropy, generator: asPrinted },
};

export const GP_LOSSES = ["wasserstein-gp", "dragan"]; // they come with a gradient penalty of their own
