// One training run (gan/live/session.py): it obeys orders, trains in short turns, and tells how it is. Only one method
// may be under way at a time; run_loop.js sees to that.

/** @import { Instruments } from "./monitor.js" */
/** @import { TrainingSet } from "./batch.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { State } from "./state.js" */
/** @import { Metrics } from "./step.js" */
/** @import { Command, Description, Network, StartTrainer, Status, Trainer } from "./types.js" */

import { applyChanges, recipeWithChanges, replaceLoss } from "./controls.js";
import { remarksOn } from "./few_pictures.js";
import { Monitor } from "./monitor.js";
import { FROZEN, withPartsOf } from "./single_step.js";
import { Diverged } from "./trainer.js";
import { AUTOENCODER_ONLY_RUNS, hasCritic } from "./wish.js";

const KINDS = ["run", "pause", "step", "stop", "set", "back"];
const SMOOTHING = 0.9; // how much of the rate so far a chunk of steps keeps

/**
 * What a run is made of.
 * @typedef {object} Setup
 * @property {Recipe} recipe
 * @property {Hyperparams} hyper its numbers
 * @property {TrainingSet} dataset
 * @property {number} seed of everything random in the run
 * @property {"run" | "step"} first_command "step": it takes one step and pauses
 * @property {Description} description
 * @property {StartTrainer} startTrainer
 * @property {Instruments} instruments
 */

export class Session {
  version = 0; // counts up with every change
  /** @type {Status} */
  status = "compiling";
  message = ""; // why the run failed or paused by itself
  step = 0;
  rate = 0; // pictures a second, a running mean
  workers = 1; // that shared the last step
  /** @type {Trainer | null} null: before `prepare`, and after the run has ended */
  #trainer = null;
  #description;
  #startTrainer;
  #now;
  #firstCommand;
  #leavesCore = false;

  /** @param {Setup} setup */
  constructor({ recipe, hyper, dataset, seed, first_command, description, startTrainer, instruments }) {
    this.recipe = recipe;
    this.hyper = hyper;
    this.dataset = dataset;
    this.seed = seed;
    this.monitor = new Monitor(recipe, dataset, instruments);
    this.#description = description;
    this.#startTrainer = startTrainer;
    this.#now = instruments.now;
    this.#firstCommand = first_command;
    this.diagnosis = this.monitor.diagnose(0, recipe.train);
  }

  get history() {
    return this.monitor.history;
  }

  /** The recipe with its numbers as they are now, for files. */
  get recipeWithChanges() {
    return recipeWithChanges(this.#description, this.recipe, this.hyper);
  }

  get isTraining() {
    return this.#trainer !== null && this.status === "running";
  }

  /**
   * Starts the trainer, looks at the first state, and begins.
   * @throws {Error} one line: the page cannot train this recipe
   */
  async prepare() {
    await this.#useTrainer();
    const trainer = this.#ready();
    await this.monitor.start(trainer);
    this.#publish("running", remarksOn(this.dataset, this.recipe.train.augment ?? "none"));
    if (this.#firstCommand === "step") await this.#singleStep(trainer, "both");
  }

  /**
   * Goes on with a run that was kept, or that a file holds.
   * @param {State} state
   * @param {import("./history.js").History} history
   * @param {number} seconds of training until then
   * @param {Status} status @param {string} [message]
   */
  async restore(state, history, seconds, status, message) {
    this.monitor.restore(history, seconds);
    await this.#useTrainer(state);
    await this.monitor.keepAll(this.#ready());
    this.#publish(status, message);
  }

  /** Trains with these pictures from now on: more of them have come. @param {TrainingSet} dataset */
  useDataset(dataset) {
    this.dataset = dataset;
    if (this.#trainer) this.#trainer.dataset = dataset;
  }

  /** @param {boolean} isLeft whether one core is left to the page at least */
  leaveCore(isLeft) {
    this.#leavesCore = isLeft;
    if (this.#trainer) this.#trainer.leavesCore = isLeft;
  }

  /** Frees all that it has. */
  close() {
    this.#trainer?.close();
    this.#trainer = null;
  }

  // --- Training ----------------------------------------------------------------------------------

  /**
   * Trains for a while, if it is running, and looks at the run if that is due.
   * @param {number} seconds
   * @param {() => boolean} isInterrupted is asked after each step
   */
  async advance(seconds, isInterrupted = () => false) {
    const trainer = this.#trainer;
    if (!trainer || this.status !== "running") return;
    const end = this.#now() + seconds;
    await this.#trying(async () => {
      await this.#takeSteps(trainer, () => this.#now() < end && !isInterrupted());
      if (await this.monitor.lookIfDue(trainer)) this.#publish("running", this.message);
    });
  }

  /**
   * Takes one step and more, as a chunk.
   * @param {Trainer} trainer
   * @param {() => boolean} goesOn whether another step follows
   */
  async #takeSteps(trainer, goesOn) {
    const start = this.#now();
    /** @type {Metrics[]} */
    const chunk = [];
    do {
      chunk.push(await trainer.advance());
    } while (goesOn());
    const seconds = this.#now() - start;
    this.step = trainer.step;
    this.workers = trainer.workers;
    this.monitor.recordChunk(trainer.step, meanOf(chunk), seconds);
    const rate = (chunk.length * this.recipe.train.batch_size) / Math.max(seconds, 1e-6);
    this.rate = this.rate ? SMOOTHING * this.rate + (1 - SMOOTHING) * rate : rate;
  }

  /** Does something; if it goes wrong, the run has failed. @param {() => Promise<void>} act */
  async #trying(act) {
    try {
      await act();
    } catch (error) {
      const step = this.#trainer?.step ?? this.step;
      if (error instanceof Diverged) this.history.addEvent(step, "not a number");
      this.#publish("failed", error instanceof Error ? error.message : String(error));
    }
  }

  /** Puts another trainer in the place of the one there is. @param {State} [state] it goes on from; missing: it begins */
  async #useTrainer(state) {
    this.close();
    const { recipe, dataset, seed } = this;
    this.#trainer = await this.#startTrainer({ recipe, dataset, seed, state });
    this.#trainer.hyper = this.hyper;
    this.#trainer.leavesCore = this.#leavesCore;
    this.step = this.#trainer.step;
  }

  /** @returns {Trainer} */
  #ready() {
    if (!this.#trainer) throw new Error("this run is over; start another");
    return this.#trainer;
  }

  // --- Orders ------------------------------------------------------------------------------------

  /**
   * Does what is asked.
   * @param {Command} command
   * @throws {Error} one line: it makes no sense for this run as it is now
   */
  async obey(command) {
    const { kind, change = {} } = command;
    if (this.status === "stopped") throw new Error("this run is over; start another");
    if (!KINDS.includes(kind)) throw new Error(`"${kind}": a run can ${KINDS.join(", ")}`);
    if (!hasCritic(this.recipe) && ["step", "set", "back"].includes(kind))
      throw new Error(AUTOENCODER_ONLY_RUNS);
    if (this.status === "failed" && kind !== "back" && kind !== "stop")
      throw new Error("the run has failed: it can go back, and stop");
    const network = command.network ?? "both";
    if (!Object.hasOwn(FROZEN, network)) throw new Error(`step "${network}": expected both, D or G`);
    if (kind === "stop") await this.#stop();
    else if (kind === "back") await this.#goBack(command);
    else if (kind === "set") this.#set(change);
    else if (kind === "run") this.#publish("running");
    else if (kind === "pause") await this.#pause();
    else await this.#trying(() => this.#singleStep(this.#ready(), network));
  }

  async #pause() {
    await this.monitor.keepAll(this.#ready());
    this.#publish("paused");
  }

  /** Frees the trainer's memory; the samples and the last state stay, to be seen and saved. */
  async #stop() {
    if (this.#trainer && this.status !== "failed") this.history.addState(await this.#trainer.state());
    this.history.keepOnlyLastState();
    this.close();
    this.#publish("stopped");
  }

  /** @param {Record<string, number>} change */
  #set(change) {
    const trainer = this.#ready();
    /** @type {Record<string, number>} */
    const before = { ...this.hyper };
    this.hyper = applyChanges(this.#description, this.recipe, this.hyper, change);
    const words = Object.entries(change)
      .filter(([name, value]) => before[name] !== value)
      .map(([name, value]) => `${name} ${before[name]} → ${value}`);
    if (words.length) this.history.addEvent(trainer.step, words.join(", "));
    trainer.hyper = this.hyper;
    this.monitor.forgetSignals();
    this.#publish(this.status);
  }

  /** With another trainer if that of now has failed: its crew may have lost a Worker. @param {Command} command */
  async #goBack({ step = 0, loss, change = {} }) {
    const { states } = this.history;
    if (!states.has(step))
      throw new Error(
        `step ${step}: the run can go back to ${[...states.keys()].join(", ") || "no step yet"}`,
      );
    const recipe = loss ? replaceLoss(this.#description, this.recipe, loss) : this.recipe;
    const hyper = applyChanges(this.#description, recipe, this.hyper, change);
    const state = this.monitor.rewind(step);
    const isSame = this.status !== "failed" && recipe.train.loss === this.recipe.train.loss;
    [this.recipe, this.hyper] = [recipe, hyper];
    const words = Object.entries(change).map(([name, value]) => `, ${name} ${value}`);
    this.history.addEvent(step, `went back${words.join("")}`);
    await this.#trying(async () => {
      if (!isSame) await this.#useTrainer(state);
      const trainer = this.#ready();
      await trainer.setState(state);
      trainer.hyper = hyper;
      this.step = step;
      await this.monitor.start(trainer);
      this.#publish("running");
    });
  }

  /**
   * Takes one train step in which only `network` learns. A step always trains both, so the state of the other is put
   * back afterwards. If only G learns, D's learning rate is 0 too: G learns from the D that the step begins with.
   * @param {Trainer} trainer
   * @param {Network} network
   */
  async #singleStep(trainer, network) {
    const before = FROZEN[network].length ? await trainer.state() : null;
    if (network === "G") trainer.hyper = { ...this.hyper, discriminator_lr: 0 };
    await this.#takeSteps(trainer, () => false);
    trainer.hyper = this.hyper;
    if (before) await trainer.setState(withPartsOf(before, FROZEN[network], await trainer.state()));
    await this.monitor.look(trainer);
    this.#publish("paused");
  }

  // --- What is told ------------------------------------------------------------------------------

  /** @param {Status} status @param {string} [message] */
  #publish(status, message = "") {
    this.status = status;
    this.message = message;
    this.diagnosis = this.monitor.diagnose(this.step, this.recipe.train);
    this.version++;
  }

  /** The state as it is now, for files; of a run that is over or has failed, the last that was kept. */
  async currentState() {
    return this.#trainer && this.status !== "failed" ? this.#trainer.state() : this.history.lastState;
  }
}

/** The mean of each metric over a chunk of steps. @param {Metrics[]} chunk @returns {Metrics} */
function meanOf(chunk) {
  const names = /** @type {(keyof Metrics)[]} */ (Object.keys(chunk[0]));
  const means = names.map((name) => [name, chunk.reduce((sum, each) => sum + each[name], 0) / chunk.length]);
  return Object.fromEntries(means);
}
