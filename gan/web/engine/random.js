// JAX's random numbers: a key gives the same numbers here and there (jax.random, with threefry_partitionable).

/** @typedef {[number, number]} Key two words of 32 bits */

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/**
 * Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). Its result is left in
 * `words`: a step draws thousands of words, and an array for each would take a third of the time. (Two variables of the
 * module would not do: a number of 32 bits in one is an object, and a run would make MBs of them a second.)
 * @param {number} k0 the key
 * @param {number} k1
 * @param {number} x0 the first word of the counter
 * @param {number} x1 the second
 */
function threefry(k0, k1, x0, x1) {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  x0 = (x0 + k0) | 0;
  x1 = (x1 + k1) | 0;
  for (let round = 0; round < 5; round++) {
    const turns = ROTATIONS[round % 2];
    for (let i = 0; i < 4; i++) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << turns[i]) | (x1 >>> (32 - turns[i]))) ^ x0;
    }
    const next = (round + 1) % 3;
    x0 = (x0 + (next === 0 ? k0 : next === 1 ? k1 : k2)) | 0;
    x1 = (x1 + (next === 0 ? k1 : next === 1 ? k2 : k0) + round + 1) | 0;
  }
  words[0] = x0;
  words[1] = x1;
}

const words = new Int32Array(2);

/** @param {Key} key @param {number} i @returns {Key} the i-th key that is made of it */
function derive([k0, k1], i) {
  threefry(k0, k1, 0, i);
  return [words[0], words[1]];
}

/** jax.random.key @param {number} seed 0…2³¹ − 1 @returns {Key} */
export const keyOf = (seed) => [0, seed];
/** jax.random.fold_in @param {Key} key @param {number} number @returns {Key} */
export const foldIn = derive;
/** jax.random.split @param {Key} key @param {number} [count] @returns {Key[]} */
export const split = (key, count = 2) => Array.from({ length: count }, (_, i) => derive(key, i));

/**
 * @param {number} k0 a key
 * @param {number} k1
 * @param {number} i
 * @returns {number} the i-th word of 32 random bits, 0…2³² − 1
 */
function bits(k0, k1, i) {
  threefry(k0, k1, 0, i);
  return (words[0] ^ words[1]) >>> 0;
}

/** jax.random.randint(key, (), 0, end) @param {Key} key @param {number} end at most 2²⁶ @returns {number} */
export function integer(key, end) {
  const [high, low] = split(key).map(([k0, k1]) => bits(k0, k1, 0));
  const multiplier = (((65536 % end) ** 2) >>> 0) % end; // 2³² modulo `end`, as 32 bits hold it
  return (((high % end) * multiplier + (low % end)) >>> 0) % end;
}

/** jax.random.uniform @param {Key} key @param {number} size @returns {Float32Array} in 0…1, [size] */
export const uniforms = ([k0, k1], size) =>
  Float32Array.from({ length: size }, (_, i) => (bits(k0, k1, i) >>> 9) * 2 ** -23);

// The inverse error function by two polynomials (Giles 2010), the very ones that XLA uses.
const NEAR = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const FAR = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

/** @param {number} x in −1…1 @returns {number} */
function inverseErf(x) {
  const w = -Math.log1p(-x * x);
  const isNear = w < 5;
  const terms = isNear ? NEAR : FAR;
  const t = isNear ? w - 2.5 : Math.sqrt(w) - 3;
  let sum = terms[0];
  for (let i = 1; i < terms.length; i++) sum = sum * t + terms[i];
  return x * sum;
}

/**
 * jax.random.truncated_normal(key, −2, 2)
 * @param {Key} key
 * @param {number} size
 * @returns {Float32Array} drawn from N(0, 1), and between −2 and 2, [size]
 */
export function truncatedNormals(key, size) {
  const share = 0.9544997361036416; // of N(0, 1), between −2 and 2: erf(√2)
  return uniforms(key, size).map((uniform) => {
    const value = Math.SQRT2 * inverseErf(2 * share * uniform - share);
    return Math.max(-2, Math.min(2, value));
  });
}

const LEAST = Math.fround(-1 + 2 ** -24); // the least float32 above −1

/** jax.random.normal @param {Key} key @param {number} size @returns {Float32Array} drawn from N(0, 1), [size] */
export const normals = (key, size) => fillWithNormals(key, new Float32Array(size));

/**
 * The same in an array that is there already: thousands of small ones a second would be much garbage.
 * @param {Key} key
 * @param {Float32Array} numbers all are replaced
 * @returns {Float32Array} the same array
 */
export function fillWithNormals(key, numbers) {
  const [k0, k1] = key;
  const span = Math.fround(1 - LEAST);
  for (let i = 0; i < numbers.length; i++) {
    const share = (bits(k0, k1, i) >>> 9) * 2 ** -23; // 0…1
    const uniform = Math.max(LEAST, Math.fround(Math.fround(share * span) + LEAST));
    numbers[i] = Math.SQRT2 * inverseErf(uniform);
  }
  return numbers;
}
