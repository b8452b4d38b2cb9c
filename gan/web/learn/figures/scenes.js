// What the small figures beside the text show: each a game of points that shows what its paragraph says.

/** @import { TargetName } from "../game/points.js" */
/** @import { Hyperparams } from "../game/step.js" */

import { PRESETS, USUAL } from "../game/presets.js";

/**
 * @typedef {object} SceneOptions
 * @property {Exclude<TargetName, "drawn">} target
 * @property {Hyperparams} hyper
 * @property {number} steps after which it begins anew; a figure that may not move shows this step
 * @property {boolean} net whether G's net is drawn
 */

/** G stands still, and D becomes sure of itself. @type {Hyperparams} */
const ALONE = { ...USUAL, generator_lr: 0, discriminator_lr: 0.01, r1_gamma: 0 };
/** @type {Pick<SceneOptions, "target" | "steps" | "net">} */
const RING = { target: "ring", steps: 600, net: false };

/** @type {Record<string, SceneOptions>} by the figure's data-scene */
export const SCENES = {
  minimax: { target: "spot", steps: 240, net: false, hyper: { ...ALONE, loss: "minimax" } },
  "non-saturating": { target: "spot", steps: 240, net: false, hyper: ALONE },
  collapse: { ...RING, hyper: PRESETS.collapse.hyper },
  oscillation: { ...RING, hyper: PRESETS.oscillation.hyper },
  explosion: {
    ...RING,
    steps: 300,
    hyper: {
      ...USUAL,
      loss: "wasserstein",
      generator_lr: 0.03,
      discriminator_lr: 0.06,
      beta1: 0.5,
      r1_gamma: 0,
    },
  },
  hasty: { ...RING, hyper: { ...USUAL, generator_lr: 0.03, r1_gamma: 0 } },
  asleep: { ...RING, steps: 60, hyper: { ...USUAL, discriminator_lr: 0 } },
  momentum: { ...RING, hyper: { ...USUAL, generator_lr: 0.004, beta1: 0.9, r1_gamma: 0 } },
  steep: { ...RING, hyper: { ...USUAL, discriminator_lr: 0.01, r1_gamma: 0 } },
  smooth: { ...RING, hyper: { ...USUAL, discriminator_lr: 0.01, r1_gamma: 0.3 } },
};
