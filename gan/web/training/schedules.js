// Numbers that depend on how far a run is: those of gan/training/schedules.py.

/** @import { Hyperparams } from "./recipe.js" */

/**
 * The numbers at a step: learning rates and gammas fall along half a cosine until `decay_steps`, the rates to 0 and the
 * gammas to `final_gamma_fraction` of what they were.
 * @param {Hyperparams} hyper
 * @param {number} step
 * @returns {Hyperparams}
 */
export function decay(hyper, step) {
  if (!hyper.decay_steps) return hyper;
  const rate = 0.5 * (1 + Math.cos(Math.PI * Math.min(step / hyper.decay_steps, 1)));
  const gamma = hyper.final_gamma_fraction + (1 - hyper.final_gamma_fraction) * rate;
  return {
    ...hyper,
    generator_lr: rate * hyper.generator_lr,
    discriminator_lr: rate * hyper.discriminator_lr,
    r1_gamma: gamma * hyper.r1_gamma,
    r2_gamma: gamma * hyper.r2_gamma,
  };
}

/**
 * How much of G's average a step keeps. The smaller values of the first steps keep the untrained weights out of the
 * average of a young run.
 * @param {number} decay ema_decay
 * @param {number} step
 */
export const emaDecay = (decay, step) => Math.min(decay, (1 + step) / (20 + step));
