// What the small figures beside the text show: each a game of points that shows what its paragraph says.

/** @import { TargetName } from "../game/points.js" */
/** @import { Layers } from "../game/scene.js" */
/** @import { Hyperparams } from "../game/step.js" */

import { AutoencoderScene } from "../game/autoencoder.js";
import { TARGETS } from "../game/points.js";
import { PRESETS, USUAL } from "../game/presets.js";
import { Scene } from "../game/scene.js";

/**
 * @typedef {object} SceneOptions
 * @property {Exclude<TargetName, "drawn">} target
 * @property {Hyperparams} [hyper] of a game
 * @property {number} [kl_weight] of an autoencoder; it has no game
 * @property {number} steps after which it begins anew; a figure that may not move shows this step
 * @property {number} [pace] steps between two pictures; missing: 1
 * @property {number} [seed] missing: 0
 * @property {Partial<Layers>[]} [views] one canvas each; missing: one, with D's ground and the gradients
 * @property {(scene: Scene) => string} [read] a line of numbers
 * @property {boolean} [losses] whether both losses are drawn as curves
 * @property {Hyperparams} [cure] what a switch below the figure changes the game to
 * @property {boolean} [restarts] whether the networks begin anew when it is switched: these cannot be saved any more
 */

/** @param {number} score @returns {string} "93 %" */
const percent = (score) => `${Math.round(100 * score)} %`;

/** @param {Scene} scene */
const readScores = ({ metrics: { real_score, fake_score } }) =>
  real_score === undefined || fake_score === undefined
    ? ""
    : `D calls real points ${percent(real_score)} real, G’s ${percent(fake_score)}`;

/** @param {Scene} scene */
const readCovered = (scene) => `G reaches ${scene.covered()} of ${scene.target.modes.length} clusters`;

/** G stands still, and D becomes sure of itself. @type {Hyperparams} */
const ALONE = { ...USUAL, generator_lr: 0, discriminator_lr: 0.01, r1_gamma: 0 };
/** @type {Pick<SceneOptions, "target" | "steps">} */
const RING = { target: "ring", steps: 600 };
/** @type {Pick<SceneOptions, "target" | "steps">} */
const SPOT = { target: "spot", steps: 240 };
/** D is sure at its end, with a seed at which real points and G's lie apart. */
const SURE = { ...SPOT, steps: 420, seed: 1, pace: 2 };
/** @type {Hyperparams} */
const WASSERSTEIN = {
  ...USUAL,
  loss: "wasserstein",
  generator_lr: 0.03,
  discriminator_lr: 0.06,
  beta1: 0.5,
  r1_gamma: 0,
};
const BOUNDED = { ...WASSERSTEIN, generator_lr: 0.005, discriminator_lr: 0.02, beta1: 0, r1_gamma: 1 };
const FAST = { ...USUAL, generator_lr: 0.01, discriminator_lr: 0.01 };

/** @type {Record<string, SceneOptions>} by the figure's data-scene */
export const SCENES = {
  balance: { ...RING, pace: 2, hyper: FAST, read: readScores },
  minimax: { ...SPOT, hyper: { ...ALONE, loss: "minimax" } },
  "non-saturating": { ...SPOT, hyper: ALONE },
  "as-printed": { ...SPOT, hyper: { ...USUAL, loss: "as-printed", generator_lr: 0.01 } },
  vanished: {
    ...SURE,
    hyper: { ...ALONE, loss: "minimax" },
    cure: { ...ALONE, loss: "minimax", r1_gamma: 1 },
  },
  collapse: { ...RING, hyper: PRESETS.collapse.hyper, cure: PRESETS.cure.hyper, read: readCovered },
  oscillation: { ...RING, hyper: PRESETS.oscillation.hyper, cure: PRESETS.calm.hyper },
  explosion: { ...RING, steps: 300, hyper: WASSERSTEIN, cure: BOUNDED, restarts: true },
  meter: { ...RING, pace: 2, hyper: FAST, losses: true, read: readCovered },
  autoencoder: { ...RING, kl_weight: 0 },
  variational: { ...RING, kl_weight: 1 },
  adversarial: { ...RING, hyper: FAST, views: [{}] },
  hasty: { ...RING, hyper: { ...USUAL, generator_lr: 0.03, r1_gamma: 0 } },
  asleep: { ...RING, steps: 60, hyper: { ...USUAL, discriminator_lr: 0 } },
  momentum: { ...RING, hyper: { ...USUAL, generator_lr: 0.004, beta1: 0.9, r1_gamma: 0 } },
  steep: { ...RING, hyper: { ...USUAL, discriminator_lr: 0.01, r1_gamma: 0 } },
  smooth: { ...RING, hyper: { ...USUAL, discriminator_lr: 0.01, r1_gamma: 0.3 } },
  certain: { ...SURE, hyper: ALONE, read: readScores },
  unsure: { ...SURE, hyper: { ...ALONE, label_smoothing: 0.1 }, read: readScores },
  sharp: { ...SPOT, hyper: ALONE },
  noisy: { ...SPOT, hyper: { ...ALONE, instance_noise: 0.3 } },
  average: { ...RING, hyper: FAST, views: [{}, { average: true }] },
};

/** @param {SceneOptions} options @returns {Scene | AutoencoderScene} its beginning */
export function begin({ target, hyper, kl_weight = 0, seed = 0 }) {
  if (!hyper) return new AutoencoderScene(TARGETS[target], kl_weight, seed);
  return new Scene(TARGETS[target], { ...hyper }, seed);
}
