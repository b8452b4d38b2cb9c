// The types of a run in the page: what its parts tell each other. No code.

/** @import { Dataset, TrainingSet } from "./batch.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */
/** @import { Metrics } from "./step.js" */

/**
 * What a run needs of its trainer (trainer.js): tests give it another.
 * @typedef {Pick<import("./trainer.js").Trainer, "dataset" | "hyper" | "leavesCore" | "step" | "workers" | "advance" |
 *   "sample" | "logits" | "copies" | "state" | "setState" | "close">} Trainer
 */

/** @typedef {(what: {recipe: Recipe, dataset: TrainingSet, seed: number, state?: State}) => Promise<Trainer>} StartTrainer */

/**
 * The measurements that a diagnosis is made from. Where the pictures are no digits, nobody reads them: what the
 * classifier would say is NaN.
 * @typedef {object} Signals
 * @property {number} step
 * @property {number} digits how many of the ten digits are read at least once in 64 fakes
 * @property {number} readable share of the fakes that are read with confidence
 * @property {number[]} shares of each digit among the readable fakes, [10]
 * @property {number} diversity mean distance between two fakes ÷ that between two real pictures, in features
 * @property {number} real_score E σ(D(real)), mean over the last steps
 * @property {number} fake_score
 * @property {number} logit_difference E D(real) − E D(fake), of 64 pictures each, in logits; 0 for an autoencoder
 * @property {number} generator_gradient norm of G's gradient, mean over the same steps
 * @property {number} discriminator_gradient
 */

/**
 * A condition of a rule (gan/live/diagnosis.json), as ["mean", "real_score", ">", 0.9]: a statistic of a signal over
 * the last signals, and what it is compared with.
 * @typedef {[statistic: string, signal: string, comparison: string, threshold: number]} Condition
 */

/**
 * @typedef {object} Rule
 * @property {string} name of the diagnosis
 * @property {string[]} of the runs that it is for: "autoencoder", names of losses, or groups of them
 * @property {Condition[]} when all of them hold
 * @property {string} text what is seen; {last readable as percent} stands for a number
 * @property {string} [advice]
 * @property {Record<string, number>} [change]
 * @property {"this_run" | "start_again"} [repair] whether the run goes on with `change`, or begins again
 * @property {string} [loss] with which it begins again; missing: the loss stays
 */

/** @typedef {{advice?: string, change?: Record<string, number>, loss?: string}} Advice what to do, as a rule has it */

/**
 * @typedef {object} Rules
 * @property {number} signals_that_agree
 * @property {number} share_of_a_single_digit
 * @property {number} commonest_digits
 * @property {Record<string, string[]>} losses by group: "cross-entropy", "margin" and "distance"
 * @property {Record<string, Advice>} in_place_of_r1 by loss: what a run that has
 *   something else in the place of R1 is advised where a rule says R1
 * @property {{step: number, digits: number}[]} healthy_run how many digits a healthy run of `fast` shows from a step on
 * @property {Rule[]} rules the first that fits is the diagnosis
 */

/**
 * @typedef {object} Diagnosis
 * @property {string} name "warming_up", "healthy", or what is wrong
 * @property {string} text what is seen
 * @property {string} advice what to do; "" if nothing
 * @property {Record<string, number>} change the settings that the advice is about
 * @property {string} repair "this_run", "start_again", or "" if there is none
 * @property {string} loss with which the run begins again; "" if the loss stays
 */

/**
 * Where the pictures of a run come from: the address of the data sets' folders, or the page, which holds them.
 * `name`: of the data set, as Python knows it.
 * @typedef {{name: string, url: string} | {name: string, dataset: Dataset}} Source
 */

/**
 * A failure of the lab (gan/live/failures.py), as far as starting it needs.
 * @typedef {{loss: string, change: Record<string, number>}} Failure
 */

/**
 * What Python says of runs (gan/live/description.py).
 * @typedef {object} Description
 * @property {Record<string, [number, number]>} ranges of the numbers that a visitor may change
 * @property {Record<string, Failure>} failures
 * @property {Record<string, Recipe>} recipes
 * @property {{all: string[], bce: string[], gp: string[]}} losses all of them; those with cross-entropy; those with a
 *   gradient penalty of their own
 * @property {Rules} diagnosis
 */

/** How a run is. @typedef {"compiling" | "running" | "paused" | "stopped" | "failed"} Status */

/** Which networks learn in a single step. @typedef {"both" | "D" | "G"} Network */

/**
 * An order to a run (gan/live/command.py).
 * @typedef {object} Command
 * @property {"run" | "pause" | "stop" | "step" | "set" | "back"} kind "back": to go on from an earlier state
 * @property {Network} [network] of "step"
 * @property {Record<string, number>} [change] of "set" and "back"
 * @property {number} [step] of "back": a state that is kept
 * @property {string} [loss] of "back"; missing: the loss stays
 */

export {};
