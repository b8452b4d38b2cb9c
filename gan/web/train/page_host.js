/** This page as the host of runs, in the place of a server: it starts them in Workers of its own, and finds them again. */

import { fetchList, fetchPart } from "../engine/data_files.js";
import { free } from "../engine/memory.js";
import { MAX_BYTES, NotInPage, readOpening } from "../training/opened_state.js";
import { whyNotInPage } from "../training/recipe.js";
import { RunStore } from "../training/store.js";
import { originalsOf, originalsOfOwn } from "./originals.js";
import { ownSource } from "./own_source.js";
import { PageRun, PLACE } from "./page_run.js";
import { lineTo, within } from "./worker_line.js";

/** @import { Dataset } from "../training/batch.js" */
/** @import { OwnPictures } from "../training/store.js" */
/** @import { Description, Source } from "../training/types.js" */
/** @import { RunHost } from "./run.js" */
/** @import { Originals } from "./originals.js" */

const ID_LETTERS = 12; // of a run's own name
const BEGIN_MS = 120_000; // that a run may take to begin, its pictures fetched
const TOO_LATE = "the run has not begun after two minutes; press Start again";

/**
 * Where a run finds what it needs.
 * @typedef {object} PageSetup
 * @property {Description} description what Python says of runs
 * @property {Source} source of the pictures
 * @property {string} classifier the address of its weights
 * @property {string | null} features the address of what Fréchet distances are measured against; null: the run's own
 *   pictures
 * @property {() => Worker} [startWorker]
 */

/** @returns {string} a random name */
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(ID_LETTERS))].map((byte) => (byte % 36).toString(36)).join("");

/** @param {unknown} id */
const isId = (id) => typeof id === "string" && new RegExp(`^[a-z0-9]{${ID_LETTERS}}$`).test(id);

/** @param {Source} source @returns {Promise<Originals>} */
async function originalsIn(source) {
  if ("dataset" in source) return originalsOf(source.dataset);
  const folder = `${source.url}/${source.name}`;
  const list = await fetchList(folder);
  const { images } = await fetchPart(folder, list, list.train[0]);
  const originals = originalsOf({ ...list, images });
  free(images);
  return originals;
}

/** A Worker would take an address from its own. @param {string} address @returns {string} */
const absolute = (address) => new URL(address, document.baseURI).href;

const startRunWorker = () =>
  new Worker(new URL("../training/run_worker.js", import.meta.url), { type: "module" });

/**
 * Why this page cannot train something.
 *
 * @param {string} name of a recipe of gan/recipes.py, or of a failure of the lab, which has the networks of "fast"
 * @param {Pick<Description, "recipes" | "failures">} description
 * @returns {string} one line; "" if it can
 */
export const whyNotHere = (name, { recipes, failures }) =>
  whyNotInPage(recipes[Object.hasOwn(failures, name) ? "fast" : name]);

/**
 * This page as the host of runs.
 *
 * @param {PageSetup} setup
 * @returns {RunHost}
 */
export function pageRuns({ description, source, classifier, features, startWorker = startRunWorker }) {
  const addresses = {
    source: "url" in source ? { ...source, url: absolute(source.url) } : source,
    classifier: absolute(classifier),
    features: features && absolute(features),
  };
  /**
   * @param {string} task
   * @param {string} id
   * @param {OwnPictures | null} own the visitor's own pictures, if the run learns from these
   * @param {object} [more]
   * @returns {Promise<PageRun | null>}
   */
  async function begin(task, id, own, more) {
    const line = await lineTo(startWorker);
    const run = new PageRun(id, line, own && originalsOfOwn(own.dataset));
    const places = own ? { ...addresses, source: own, features: null } : addresses;
    let hasBegun = false;
    try {
      const asked = { name: id, description, ...places, ...more };
      hasBegun = await within(line.ask(task, asked), BEGIN_MS, TOO_LATE);
    } finally {
      if (!hasBegun) run.close();
    }
    return hasBegun ? run : null;
  }
  /**
   * @param {File} file a training state
   * @param {Dataset | null} pictures the visitor's own, which they have given again
   */
  async function open(file, pictures) {
    if (file.size > MAX_BYTES) throw new Error("this file is too large for a training state of this page");
    const content = await file.arrayBuffer();
    const opening = readOpening(content, description);
    const own = ownSource({ dataset: opening.dataset, pictures });
    if (!own && opening.dataset !== source.name)
      throw new NotInPage(
        `this file learns from “${opening.dataset.slice(0, 40)}”, and this page has ${source.name}`,
      );
    return /** @type {PageRun} */ (await begin("open", newId(), own, { opening, content }));
  }

  return {
    open,
    start: async ({ dataset, pictures, ...wish }) => {
      const own = ownSource({ dataset, pictures });
      return /** @type {PageRun} */ (await begin("start", newId(), own, { wish }));
    },
    find: async (ticket) => {
      if (ticket?.name !== PLACE || !isId(ticket.key)) return null;
      return begin("restore", ticket.key, await new RunStore().picturesOf(ticket.key));
    },
    forget: ({ key = "" }) => new RunStore().drop(key),
    originals: () => originalsIn(source),
    canTrain: (name) => whyNotHere(name, description) === "",
  };
}
