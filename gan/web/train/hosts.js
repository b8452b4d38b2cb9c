/** Who trains the next run: this page, or the server, as the visitor chooses. */

import { NotInPage } from "../training/opened_state.js";
import { find, findAll, findInput } from "./elements.js";
import { OWN } from "./own_source.js";
import { pageRuns, whyNotHere } from "./page_host.js";
import { PLACE } from "./page_run.js";
import { serverRuns } from "./server_run.js";

/** @import { Dataset } from "../training/batch.js" */
/** @import { Description } from "./train.js" */
/** @import { Run, RunHost, Wish } from "./run.js" */

const MNIST = "mnist";
const SERVER_WORDS = "on the server"; // what .where calls it

/** @typedef {"page" | "server"} Place */
/** What the server trains on. @typedef {{name: string, isFast: boolean}} Device isFast: it has an accelerator */

/**
 * Where this page finds what training needs.
 * @typedef {object} Addresses
 * @property {string} data the folder of the data sets' folders
 * @property {string} classifier
 * @property {string} features what Fréchet distances are measured against
 */

/** @param {string} path @returns {string} */
const absolute = (path) => new URL(path, document.baseURI).href;

/** @param {Description} description @param {Addresses} addresses @returns {RunHost} this page */
export const pageHost = (description, { data, classifier, features }) =>
  pageRuns({
    description,
    source: { name: "mnist", url: absolute(data) },
    classifier: absolute(classifier),
    features: absolute(features),
  });

/**
 * Two hosts behind one.
 * @implements {RunHost}
 */
export class EitherHost {
  #page;
  #server;
  #choice;

  /** @param {RunHost} page @param {PlaceChoice} choice @param {RunHost} [server] */
  constructor(page, choice, server = serverRuns) {
    this.#page = page;
    this.#server = server;
    this.#choice = choice;
  }

  /**
   * Where the server is full, the page trains the run, if it can.
   * @param {Wish} wish
   * @returns {Promise<Run>}
   */
  async start(wish) {
    if (this.#choice.placeOf(wish.recipe, wish.dataset) === "page") return this.#page.start(wish);
    try {
      return await this.#server.start(wish);
    } catch (error) {
      if (
        /** @type {{status?: number}} */ (error).status !== 503 ||
        !this.#choice.canBeInPage(wish.recipe, wish.dataset)
      )
        throw error;
      this.#choice.choose("page", "The server is full at the moment, so this page trains the run.");
      return this.#page.start(wish);
    }
  }

  /** @param {any} ticket */
  async find(ticket) {
    return (await this.#page.find(ticket)) ?? this.#server.find(ticket);
  }

  /**
   * Goes on with a training state where the visitor has chosen. Where that is the page, nothing is sent to the server,
   * not even what the page cannot train: the file may have learned from the visitor's own pictures.
   * @param {File} file
   * @param {Dataset | null} pictures
   * @returns {Promise<Run>}
   * @throws {Error} one line
   */
  open = async (file, pictures) => {
    const { isPage } = this.#choice;
    try {
      return await /** @type {Promise<Run>} */ ((isPage ? this.#page : this.#server).open?.(file, pictures));
    } catch (error) {
      if (!(isPage && error instanceof NotInPage)) throw error;
      throw new Error(`${error.message.replace(/\.$/, "")}; choose “${SERVER_WORDS}” to go on with it there`);
    }
  };

  /** @param {import("./run.js").Ticket} ticket */
  forget(ticket) {
    return (ticket.name === PLACE ? this.#page : this.#server).forget?.(ticket);
  }

  /** The next run is trained where the one is that was found again. @param {Place} place */
  stayAt = (place) => this.#choice.choose(place);

  /** The server's are fewer bytes, and the same pictures. */
  originals = (/** @type {string | undefined} */ dataset) => this.#server.originals(dataset);

  canTrain = () => true;
}

/** The line on which a visitor chooses. */
export class PlaceChoice {
  #root;
  #reasons;
  #description;
  #isForced = false; // whether the visitor would have this page, and it cannot train what is chosen

  /**
   * @param {HTMLElement} root holds .where, the choice of networks, .recipe, and that of data, .dataset
   * @param {Description} description
   * @param {Device} device
   * @param {string[]} [datasets] that the server has
   */
  constructor(root, description, device, datasets = []) {
    this.#root = find(root, ".where");
    this.#reasons = findAll(root, ".why-there"); // here, and beside the choice of networks
    this.#description = description;
    this.#root.hidden = false;
    this.#root.addEventListener("change", () => this.choose(this.isPage ? "page" : "server")); // the visitor
    find(this.#root, ".device").textContent = device.name;
    this.choose(device.isFast ? "server" : "page");
    const networks = find(root, ".recipe", HTMLSelectElement);
    const data = find(root, ".dataset", HTMLSelectElement);
    for (const name of datasets.filter((each) => each !== MNIST)) data.add(new Option(name, name), 1);
    for (const each of [networks, data]) {
      each.addEventListener("change", () => this.#suit(networks.value, data.value));
    }
  }

  /**
   * @param {string} recipe of gan/recipes.py, or a failure of the lab
   * @param {string} [dataset]
   * @returns {string} why this page cannot train it; "" if it can
   */
  #whyNot(recipe, dataset = MNIST) {
    if (![MNIST, OWN].includes(dataset))
      return "this data set is not in this page, so a run on it trains there.";
    return whyNotHere(recipe, this.#description);
  }

  /** @param {string} recipe @param {string} [dataset] @returns {boolean} */
  canBeInPage(recipe, dataset) {
    return this.#whyNot(recipe, dataset) === "";
  }

  /** Whether the visitor has chosen this page. */
  get isPage() {
    return findInput(this.#root, "[value=page]").checked;
  }

  /** Where a run is trained. @param {string} recipe @param {string} [dataset] @returns {Place} */
  placeOf(recipe, dataset) {
    return this.isPage && this.canBeInPage(recipe, dataset) ? "page" : "server";
  }

  /** @param {Place} place @param {string} [why] a sentence, where the visitor has chosen otherwise */
  choose(place, why = "") {
    this.#isForced = false;
    findInput(this.#root, `[value=${place}]`).checked = true;
    this.#explain(why);
  }

  /** @param {string} why */
  #explain(why) {
    for (const line of this.#reasons) line.textContent = why;
  }

  /**
   * Chooses the server for networks or data that the page does not have, and the page again when others are chosen.
   * @param {string} recipe
   * @param {string} dataset
   */
  #suit(recipe, dataset) {
    const wantsPage = this.isPage || this.#isForced;
    const reason = this.#whyNot(recipe, dataset);
    findInput(this.#root, "[value=page]").disabled = reason !== "";
    this.choose(reason || !wantsPage ? "server" : "page", reason && `On the server: ${reason}`);
    this.#isForced = reason !== "" && wantsPage;
  }
}
