// The z whose picture comes nearest to a drawing, looked for in the page as gan/exploring/inversion.py does it on
// the server: Adam on z from several starts at once. A search is plain data, so that it can go to and
// fro between page and Worker, and be given up at any time.

import { fromSeed } from "./latents.js";

const POOL = 640; // pictures among which the search begins
const STARTS = 8; // as many as are shown; 16, as on the server, find nothing nearer and take twice as long
const EVERY = 5; // steps between two moments that are shown
const RATE = 0.15; // of z, along a cosine to 0
const TYPICAL = 1e-4; // weight of |z|² beside the mean squared error of pixels in 0…1
const [BETA1, BETA2, EPSILON] = [0.9, 0.99, 1e-8];
export const STEPS = 100;

// Where to begin for a picture, uint8 [784]: the nearest of the pool, all classes looked through.
// Returns {picture, step, digits, z: [STARTS · z_dim], errors} and Adam's two means.
export function begin(model, picture) {
  const { z_dim, classes } = model.config;
  const kinds = Math.max(classes, 1);
  const places = [];
  for (let seed = 0; seed < Math.floor(POOL / kinds); seed++) {
    const z = fromSeed(seed, z_dim);
    for (let digit = 0; digit < kinds; digit++) places.push({ z, digit });
  }
  const pictures = model.draw(places.map(({ z, digit }) => model.row(z, digit)));
  errorsOf(pictures, picture).forEach((error, i) => (places[i].error = error));
  const nearest = places.sort((a, b) => a.error - b.error).slice(0, STARTS);
  const z = new Float32Array(STARTS * z_dim);
  nearest.forEach((place, i) => z.set(place.z, i * z_dim));
  const [mean, square] = [new Float32Array(z.length), new Float32Array(z.length)];
  return {
    picture,
    step: 0,
    digits: nearest.map(({ digit }) => digit),
    z,
    mean,
    square,
    errors: nearest.map(({ error }) => error),
  };
}

// The same search, EVERY steps later.
export function goOn(model, { picture, step, digits, ...before }) {
  const { z_dim } = model.config;
  const [z, mean, square] = [before.z, before.mean, before.square].map((array) => array.slice());
  const rows = () => digits.map((digit, i) => model.row(z.subarray(i * z_dim, (i + 1) * z_dim), digit));
  for (const end = step + EVERY; step < end; step++) {
    const slopes = model.slopes(rows(), picture);
    const rate = (RATE * (1 + Math.cos((Math.PI * step) / STEPS))) / 2;
    for (let i = 0; i < z.length; i++) {
      const slope = slopes[i] + 2 * TYPICAL * z[i];
      mean[i] += (1 - BETA1) * (slope - mean[i]);
      square[i] += (1 - BETA2) * (slope ** 2 - square[i]);
      const [first, second] = [mean[i] / (1 - BETA1 ** (step + 1)), square[i] / (1 - BETA2 ** (step + 1))];
      z[i] -= (rate * first) / (Math.sqrt(second) + EPSILON);
    }
  }
  return { picture, step, digits, z, mean, square, errors: errorsOf(model.draw(rows()), picture) };
}

// Σ (forgery − drawing)² ÷ Σ drawing² of each: 0 is a perfect likeness.
function errorsOf(pictures, picture) {
  const size = picture.length;
  const ink = picture.reduce((sum, value) => sum + value ** 2, 0);
  return Array.from({ length: pictures.length / size }, (_, i) => {
    let sum = 0;
    for (let pixel = 0; pixel < size; pixel++) sum += (pictures[i * size + pixel] - picture[pixel]) ** 2;
    return sum / ink;
  });
}
