// The types of training in the page. No code.

/**
 * A recipe (gan/config.py): a name, two networks and how they are trained, each by the names of its options.
 * @typedef {object} Recipe
 * @property {string} name
 * @property {Record<string, any> & {z_dim: number, classes: number, channels: number}} model
 * @property {Record<string, any> & {loss: string, batch_size: number}} train
 */

/** The numbers that may change while a run trains, by the names of gan/config.py. @typedef {Record<string, number>} Hyper */

/**
 * What a run is trained on: N pictures.
 * @typedef {object} Dataset
 * @property {string} [name] as Python knows it; missing: "mnist"
 * @property {Uint8Array} images [N · 784 · channels]
 * @property {Uint8Array | null} labels the class of each, [N]; null: there are none
 * @property {string[]} class_names
 * @property {number} channels 1 or 3
 */

/**
 * A run between two steps, named as in state.safetensors (gan/training/saved_state.py):
 * "generator/params/Dense_0/kernel", "discriminator_opt/0/nu/Conv_0/bias", …
 * @typedef {object} State
 * @property {number} step
 * @property {number} seed
 * @property {Record<string, {shape: number[], values: Float32Array}>} arrays
 */

/**
 * What a step tells (gan/training/step.py): means over its batch.
 * @typedef {object} Metrics
 * @property {number} discriminator_loss without the penalty
 * @property {number} generator_loss
 * @property {number} penalty weighted
 * @property {number} real_score E σ(D(real))
 * @property {number} fake_score E σ(D(fake))
 * @property {number} discriminator_gradient the gradient's norm over all weights
 * @property {number} generator_gradient
 */

/**
 * Who takes the train steps (trainer.js).
 * @typedef {object} Trainer
 * @property {Recipe} recipe
 * @property {Hyper} hyper replaced between steps, to change them
 * @property {number} step
 * @property {number} seed
 * @property {number} [workers] how many Workers share each batch
 * @property {() => Promise<Metrics>} advance takes one step
 * @property {(network: "generator" | "generator_ema", z: Float32Array, labels: Uint8Array) =>
 *   Uint8Array | Promise<Uint8Array>} sample pictures, [count · 784 · channels], of z, [count · z_dim]
 * @property {(pictures: Uint8Array, labels: Uint8Array) => Float32Array | Promise<Float32Array>} logits D's
 * @property {(pictures: Uint8Array) => Uint8Array | Promise<Uint8Array>} [copies] what an autoencoder makes of pictures
 * @property {() => State | Promise<State>} state a copy
 * @property {(state: State) => Promise<void>} setState
 * @property {() => void} close
 */

/** @typedef {(what: {recipe: Recipe, dataset: Dataset, seed: number, state?: State}) => Promise<Trainer>} StartTrainer */

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
 * @property {string[]} of the runs that it is for: "autoencoder", "probabilities", "scores"
 * @property {Condition[]} when all of them hold
 * @property {string} text what is seen; {last readable as percent} stands for a number
 * @property {string} [advice]
 * @property {Record<string, number>} [change]
 */

/**
 * @typedef {object} Rules
 * @property {number} signals_that_agree
 * @property {number} share_of_a_single_digit
 * @property {number} commonest_digits
 * @property {string[]} losses_without_probabilities
 * @property {Rule[]} rules the first that fits is the diagnosis
 */

/**
 * @typedef {object} Diagnosis
 * @property {string} name "warming_up", "healthy", or what is wrong
 * @property {string} text what is seen
 * @property {string} advice what to do; "" if nothing
 * @property {Record<string, number>} change the settings that the advice is about
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
 * @property {string[]} hyper the names of the numbers that may change between steps
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
