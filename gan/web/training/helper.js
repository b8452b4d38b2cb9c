// A Worker that helps to train: it takes its share of each batch, and makes the same updates as the leader (trainer.js).

/** @import { Examples } from "./batch.js" */
/** @import { Exchange } from "./exchange.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */

import { Machine } from "../engine/machine.js";
import { free } from "../engine/memory.js";
import { freeBatch, sampleBatch } from "./batch.js";
import { MessageExchange, SharedExchange } from "./exchange.js";
import { networksOf } from "./networks.js";

/** @type {import("./networks.js").Networks} */
let networks;
/** @type {Exchange} */
let exchange;
/** @type {Recipe} */
let recipe;

/**
 * @typedef {object} Start
 * @property {"start"} task
 * @property {Recipe} recipe
 * @property {WebAssembly.Module} program
 * @property {number} rank 1…
 * @property {number} count of workers, the leader included
 * @property {[number, MessagePort][]} ports to the others, by their ranks
 * @property {SharedArrayBuffer | null} buffer that all share; null: messages are sent
 *
 * @typedef {{task: "step", seed: number, step: number, first: number, examples: Examples, hyper: Hyperparams}} TakeStep `first` is the
 *   number, within the whole batch, of its first example
 * @typedef {{task: "put", networks: Record<"generator" | "discriminator", {updates: number, arrays: [import("./parameters.js").Kind,
 *   Float32Array][]}>}} Put the numbers of both networks, as the leader has them
 */

/** @param {Start} asked */
async function start(asked) {
  ({ recipe } = asked);
  networks = networksOf(await Machine.start(asked.program), recipe, recipe.train.batch_size / asked.count);
  exchange = asked.buffer
    ? new SharedExchange(asked.rank, asked.count, asked.buffer)
    : new MessageExchange(asked.rank, new Map(asked.ports));
}

/** @param {TakeStep} asked */
async function step({ seed, step, first, examples, hyper }) {
  const batch = sampleBatch(recipe.model, examples, seed, step, first);
  await networks.run(batch, hyper, step, (parameters) => exchange.sum(parameters));
  freeBatch(batch);
}

/** @param {Put} asked */
function put(asked) {
  for (const network of /** @type {const} */ (["generator", "discriminator"])) {
    const { updates, arrays } = asked.networks[network];
    const { parameters } = networks[network];
    parameters.updates = updates;
    for (const [kind, values] of arrays) parameters.view(kind).set(values);
    free(...arrays.map(([, values]) => values));
  }
  networks.transpose();
}

/** @type {Record<string, (asked: any) => unknown>} */
const tasks = { start, step, put };
/** @type {Promise<unknown>} */
let queue = Promise.resolve(); // one task after another

self.onmessage = ({ data }) => {
  queue = queue
    .then(() => tasks[data.task](data))
    .then(
      () => data.task === "start" && self.postMessage({ ready: true }),
      (error) => self.postMessage({ error: String(error?.message ?? error) }),
    );
};
