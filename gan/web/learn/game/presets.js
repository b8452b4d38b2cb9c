// Ways to play the smallest game: settings that work, that fail, and that repair the failure.

/** @import { TargetName } from "./points.js" */
/** @import { Hyperparams } from "./step.js" */

/**
 * @typedef {object} Preset
 * @property {string} label
 * @property {string} words what is to be seen
 * @property {TargetName} target
 * @property {Hyperparams} hyper
 * @property {boolean} restarts whether both networks begin anew; a cure goes on with those that failed
 */

/** @type {Hyperparams} */
export const USUAL = {
  loss: "non-saturating",
  generator_lr: 0.002,
  discriminator_lr: 0.002,
  beta1: 0,
  r1_gamma: 0.1,
  label_smoothing: 0,
  instance_noise: 0,
  ema_decay: 0.98,
};

/** @type {Record<string, Preset>} */
export const PRESETS = {
  works: {
    label: "It works",
    words: "Both learn at the same small rate. G’s points spread until they lie where the real ones do.",
    target: "ring",
    hyper: USUAL,
    restarts: true,
  },
  collapse: {
    label: "Mode collapse",
    words:
      "Both learn ten times as fast and nothing bounds D’s slope. G settles on a few clusters and leaves the others out: there D is flat, and no gradient says that they exist.",
    target: "ring",
    hyper: { ...USUAL, generator_lr: 0.02, discriminator_lr: 0.02, r1_gamma: 0 },
    restarts: true,
  },
  cure: {
    label: "R1 cures it",
    words:
      "The same networks go on, with R1 and at a quarter of the rates. D’s ground becomes smooth: its slope now leads to the clusters that were left out.",
    target: "ring",
    hyper: { ...USUAL, generator_lr: 0.005, discriminator_lr: 0.005 },
    restarts: false,
  },
  oscillation: {
    label: "Oscillation",
    words:
      "G learns four times as fast as D and keeps its momentum (β₁ = 0.8). It jumps to where D believes it, D turns against that place, and G jumps to the next.",
    target: "ring",
    hyper: { ...USUAL, generator_lr: 0.008, beta1: 0.8, r1_gamma: 0 },
    restarts: true,
  },
  calm: {
    label: "Calm it",
    words: "The same networks go on: without momentum, with equal rates and with R1. The chase ends.",
    target: "ring",
    hyper: USUAL,
    restarts: false,
  },
};
