// Trains a GAN in the page: the leader, who holds the data and the state of a run, and takes its steps, alone or with the
// Workers of its crew. It runs in a Worker itself.

/** @import { TrainingSet } from "./batch.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */
/** @import { Networks } from "./networks.js" */
/** @import { Metrics } from "./step.js" */

import { Machine } from "../engine/machine.js";
import { Autoencoder } from "./autoencoder.js";
import { chooseExamples, freeBatch, sampleBatch } from "./batch.js";
import { Crew, crewSize } from "./crew.js";
import { networksOf } from "./networks.js";
import { Pace } from "./pace.js";
import { hyperOf, whyNotInPage } from "./recipe.js";
import { putState, stateOf } from "./state.js";
import { alone, Step } from "./step.js";

/** Says that training has left the numbers that can be computed with. */
export class Diverged extends Error {}

/**
 * A pixel with more contrast: tanh(c · x) of tanh(x).
 * @param {number} pixel tanh(x), in −1…1
 * @param {number} contrast c, ModelConfig.sampling_contrast
 * @returns {number} in −1…1
 */
const sharpen = (pixel, contrast) => (contrast === 1 ? pixel : Math.tanh(contrast * Math.atanh(pixel)));

export class Trainer {
  /**
   * @param {object} what
   * @param {Recipe} what.recipe
   * @param {TrainingSet} what.dataset
   * @param {number} what.seed of everything random, 0…2³¹ − 1
   * @param {WebAssembly.Module} what.program the kernels
   * @param {State} [what.state] to go on from; nothing: fresh weights
   * @param {number} [what.workers] how many share the work; nothing: as many as suit this machine
   * @returns {Promise<Trainer>}
   * @throws {Error} One line that names the option which the page cannot train.
   */
  static async start({ recipe, dataset, seed, program, state, workers }) {
    const reason = whyNotInPage(recipe);
    if (reason) throw new Error(reason);
    const machine = await Machine.start(program);
    const networks = networksOf(machine, recipe, recipe.train.batch_size);
    const crew = await Crew.start(workers ?? crewSize(recipe.train.batch_size), recipe, program, networks);
    const trainer = new Trainer(networks, recipe, dataset, seed, crew, workers === undefined);
    if (state) await trainer.setState(state);
    else networks.initialize(seed);
    return trainer;
  }

  /**
   * @param {Networks} networks
   * @param {Recipe} recipe
   * @param {TrainingSet} dataset
   * @param {number} seed
   * @param {Crew | null} crew
   * @param {boolean} isTimed whether the crew is used only where it is faster
   */
  constructor(networks, recipe, dataset, seed, crew, isTimed) {
    this.networks = networks;
    this.recipe = recipe;
    this.dataset = dataset; // may be replaced by a larger one of the same kind
    this.seed = seed;
    this.crew = crew;
    this.hyper = hyperOf(recipe);
    this.step = 0;
    this.pace = crew && isTimed ? new Pace() : null;
    this.leavesCore = false; // may be set: whether one core at least is left to the page
    this.isCrewInStep = false; // whether the helpers have the weights that the leader has
  }

  /** How many workers took the last step. */
  get workers() {
    return this.isCrewInStep && this.crew ? this.crew.helpers.length + 1 : 1;
  }

  /**
   * Takes a train step.
   * @returns {Promise<Metrics>}
   * @throws {Diverged} A number is not finite any more.
   */
  async advance() {
    const { crew, pace } = this;
    const takesAllCores = crew !== null && crew.helpers.length + 1 >= (navigator.hardwareConcurrency ?? 2);
    const isHeldBack = this.leavesCore && takesAllCores;
    const withCrew = crew !== null && !isHeldBack && (pace?.usesCrew ?? true);
    const began = performance.now();
    const metrics = withCrew ? await this.advanceTogether(crew) : await this.advanceAlone();
    if (!isHeldBack) pace?.record(performance.now() - began);
    this.step++;
    if (Object.values(metrics).every(Number.isFinite)) return metrics;
    throw new Diverged(
      "A loss or a gradient is not a number any more. Go back to an earlier step, or start again.",
    );
  }

  /** @returns {Promise<Metrics>} */
  advanceAlone() {
    this.isCrewInStep = false;
    this.networks.share = this.networks.batchSize;
    return this.runShare(alone);
  }

  /** @param {Crew} crew @returns {Promise<Metrics>} */
  advanceTogether(crew) {
    if (!this.isCrewInStep) crew.put(this.networks);
    this.isCrewInStep = true;
    this.networks.share = crew.share;
    crew.step(this.dataset, this.seed, this.step, this.hyper);
    return this.runShare((parameters) => crew.exchange.sum(parameters));
  }

  /** @param {import("./step.js").Sum} sum @returns {Promise<Metrics>} */
  async runShare(sum) {
    const { networks, seed, step } = this;
    const examples = chooseExamples(this.dataset, seed, step, 0, networks.share);
    const batch = sampleBatch(this.recipe.model, examples, seed, step, 0);
    const metrics = await networks.run(batch, this.hyper, step, sum);
    freeBatch(batch);
    return metrics;
  }

  /**
   * Pictures of z, by the generator that is trained or by its average.
   * @param {"generator" | "generator_ema"} network
   * @param {Float32Array} z [n · z_dim]
   * @param {ArrayLike<number>} labels [n]
   * @returns {Uint8Array} [n · size² · channels]
   */
  sample(network, z, labels) {
    const { generator } = this.networks;
    if (network === "generator") return this.generate(z, labels);
    generator.parameters.swapAverage();
    generator.transpose();
    const pictures = this.generate(z, labels);
    generator.parameters.swapAverage();
    generator.transpose();
    return pictures;
  }

  /** @param {Float32Array} z @param {ArrayLike<number>} labels @returns {Uint8Array} */
  generate(z, labels) {
    const { generator, machine, batchSize } = this.networks;
    const { z_dim, sampling_contrast = 1 } = this.recipe.model;
    const pictures = new Uint8Array(labels.length * generator.pictureSize);
    for (let first = 0; first < labels.length; first += batchSize) {
      const count = Math.min(batchSize, labels.length - first);
      const part = Array.from({ length: count }, (_, i) => labels[first + i]);
      generator.setInputs(z.subarray(first * z_dim, (first + count) * z_dim), part, true);
      generator.forward((count + 3) & ~3);
      const made = generator.fake >> 2;
      const start = first * generator.pictureSize;
      for (let i = 0; i < count * generator.pictureSize; i++) {
        const value = sharpen(machine.floats[made + i], sampling_contrast);
        pictures[start + i] = Math.round((value + 1) * 127.5);
      }
    }
    return pictures;
  }

  /**
   * D's logits.
   * @param {Uint8Array} pictures [n · size² · channels]
   * @param {ArrayLike<number>} labels [n]
   * @returns {Float32Array} [n]
   */
  logits(pictures, labels) {
    if (!(this.networks instanceof Step)) throw new Error("an autoencoder has no discriminator");
    const { discriminator, machine, batchSize, real } = this.networks;
    const size = discriminator.pictureSize;
    const logits = new Float32Array(labels.length);
    for (let first = 0; first < labels.length; first += batchSize) {
      const count = Math.min(batchSize, labels.length - first);
      for (let i = 0; i < count * size; i++) {
        machine.floats[(real.x >> 2) + i] = pictures[first * size + i] / 127.5 - 1;
      }
      real.labels = Array.from({ length: (count + 3) & ~3 }, (_, i) => labels[first + i] ?? 0);
      logits.set(discriminator.forward(real, real.labels.length).subarray(0, count), first);
    }
    return logits;
  }

  /**
   * What an autoencoder makes of pictures.
   * @param {Uint8Array} pictures [n · size² · channels]
   * @returns {Uint8Array} [n · size² · channels]; of a GAN, which copies nothing, [0]
   */
  copies(pictures) {
    const { networks } = this;
    if (!(networks instanceof Autoencoder)) return new Uint8Array();
    const copies = new Uint8Array(pictures.length);
    const size = networks.batchSize * networks.generator.pictureSize;
    for (let start = 0; start < pictures.length; start += size) {
      const z = networks.latentsOf(pictures.subarray(start, start + size));
      copies.set(this.generate(z, new Array(z.length / this.recipe.model.z_dim).fill(0)), start);
    }
    return copies;
  }

  /** @returns {State} a copy of all that resuming needs */
  state() {
    return stateOf(this.networks, this.step, this.seed);
  }

  /** Goes on from a state. @param {State} state @throws {Error} It is of other networks. */
  async setState(state) {
    putState(this.networks, state);
    this.step = state.step;
    this.seed = state.seed;
    this.isCrewInStep = false;
  }

  /** Gives the Workers back. */
  close() {
    this.crew?.close();
  }
}
