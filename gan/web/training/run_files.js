// The files of a run that its Worker makes: to save, to open in Explore, and what is left of a run that is over.

/** @import { TrainingSet } from "./batch.js" */
/** @import { Origin } from "./files.js" */
/** @import { LatentMap } from "./latent_map.js" */
/** @import { Recipe } from "./recipe.js" */
/** @import { Session } from "./session.js" */
/** @import { State } from "./state.js" */

import { areDrawings } from "./drawings.js";
import { modelFile, pageFile, stateFile } from "./files.js";
import { hasCritic } from "./wish.js";

/**
 * What is left of a run that is over; of an autoencoder only its pictures.
 * @typedef {object} Remains
 * @property {Record<number, Uint8Array>} pictures by step, [64 · size² · channels]
 * @property {Uint8Array | null} model the files
 * @property {Uint8Array | null} state
 * @property {Uint8Array | null} page the networks, as Explore opens them
 */

/**
 * What files are made with.
 * @typedef {object} FileTools
 * @property {string} dataset_name as Python knows it
 * @property {(pageFile: Uint8Array<ArrayBuffer>, dataset: TrainingSet) => Promise<LatentMap>} mapOf what can be found out
 *   about the latent space of networks, which may be past
 * @property {(pageFile: Uint8Array<ArrayBuffer>, dataset: TrainingSet) => Promise<Float32Array>} percentilesOf D's logits of
 *   real pictures, as `realPercentiles` of latent_map.js has them
 */

/** A state that is made for a file is given back once the file is written: it takes 6 MB of the recipe `fast`. */
export class RunFiles {
  #session;
  #tools;

  /** @param {Session} session @param {FileTools} tools */
  constructor(session, tools) {
    this.#session = session;
    this.#tools = tools;
  }

  /** A file to save. @param {"model" | "state"} kind */
  async file(kind) {
    this.#refuseAutoencoder();
    const state = await this.#stateAt(null);
    const origin = this.#originOf(this.#session.recipeWithChanges);
    const file = kind === "state" ? stateFile(state, origin) : await this.#modelFile(state, origin);
    this.#session.history.release(state);
    return file;
  }

  /** @param {State} state @param {Origin} origin */
  async #modelFile(state, origin) {
    const logits = await this.#tools.percentilesOf(pageFile(state, origin, null), this.#session.dataset);
    return modelFile(state, origin, logits);
  }

  /** The networks as Explore opens them. @param {number | null} step that is kept; null: as they are now */
  async page(step) {
    this.#refuseAutoencoder();
    const state = await this.#stateAt(step);
    const origin = this.#originOf(this.#session.recipe);
    const map = await this.#tools.mapOf(pageFile(state, origin, null), this.#session.dataset);
    const file = pageFile(state, origin, map);
    this.#session.history.release(state);
    return file;
  }

  /** The networks as they are now, for a page that has a map of them already. */
  async weights() {
    this.#refuseAutoencoder();
    const state = await this.#stateAt(null);
    const file = pageFile(state, this.#originOf(this.#session.recipe), null);
    this.#session.history.release(state);
    return { step: state.step, file };
  }

  /**
   * All that the page needs of a run that is over. Afterwards nothing can be asked for: it may be given away.
   * @returns {Promise<Remains>}
   */
  async remains() {
    const isGame = hasCritic(this.#session.recipe);
    return {
      pictures: Object.fromEntries(this.#session.history.frames),
      model: isGame ? await this.file("model") : null,
      state: isGame ? await this.file("state") : null,
      page: isGame ? await this.page(null) : null,
    };
  }

  #refuseAutoencoder() {
    if (hasCritic(this.#session.recipe)) return;
    throw new Error("an autoencoder has no discriminator: it cannot be opened in Explore");
  }

  /** @param {number | null} step of a state that is kept; null: the state as it is now @returns {Promise<State>} */
  async #stateAt(step) {
    const session = this.#session;
    const state = step === null ? await session.currentState() : session.history.states.get(step);
    if (!state) throw new Error("these networks are no longer kept");
    return state;
  }

  /** @param {Recipe} recipe @returns {Origin} */
  #originOf(recipe) {
    const { monitor, workers, dataset } = this.#session;
    const kind = areDrawings(dataset) ? "drawings" : "pictures";
    const { class_names, polarity } = dataset;
    const { dataset_name } = this.#tools;
    const { seconds } = monitor;
    return { recipe, dataset: dataset_name, class_names, kind, polarity, seconds, workers };
  }
}
