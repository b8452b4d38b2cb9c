// The Workers that help a leader to train, and what it sends them.

/** @import { TrainingSet } from "./batch.js" */
/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { Kind, Parameters } from "./parameters.js" */
/** @import { Networks } from "./networks.js" */

import { chooseExamples } from "./batch.js";
import { MessageExchange, SharedExchange } from "./exchange.js";

const START_MS = 8000; // that a helper may take to start; then the leader trains without

/**
 * How many workers are worth having: a power of two, so that they have equal shares, and half the cores at most, because the
 * page and the rest of the machine want some too. More than four gain nothing at a batch of 32.
 * @param {number} batchSize
 * @param {number} [cores]
 */
export function crewSize(batchSize, cores = navigator.hardwareConcurrency ?? 2) {
  const most = Math.max(1, Math.min(4, Math.ceil(cores / 2), batchSize / 4));
  return cores === 2 && batchSize % 8 === 0 ? 2 : 2 ** Math.floor(Math.log2(most));
}

export class Crew {
  /**
   * @param {Worker[]} helpers
   * @param {import("./exchange.js").Exchange} exchange the leader's
   * @param {Recipe} recipe
   */
  constructor(helpers, exchange, recipe) {
    this.helpers = helpers;
    this.exchange = exchange;
    this.share = recipe.train.batch_size / (helpers.length + 1);
    /** @type {string | null} why a helper has failed */
    this.failure = null;
  }

  /**
   * @param {number} count of workers, the leader included
   * @param {Recipe} recipe
   * @param {WebAssembly.Module} program
   * @param {Networks} networks the leader's
   * @returns {Promise<Crew | null>} null: this browser starts no Workers from a Worker, or not soon
   */
  static async start(count, recipe, program, networks) {
    if (count < 2 || typeof Worker !== "function") return null;
    const longest = Math.max(
      networks.generator.parameters.shared.length,
      networks.discriminator.parameters.shared.length,
    );
    const buffer = globalThis.crossOriginIsolated
      ? new SharedArrayBuffer(SharedExchange.bytes(count, longest))
      : null;
    const ports = connect(count);
    /** @type {Worker[]} */
    const helpers = [];
    try {
      for (let rank = 1; rank < count; rank++) {
        const helper = new Worker(new URL("helper.js", import.meta.url), { type: "module" });
        helpers.push(helper);
        const start = { task: "start", recipe, program, rank, count, ports: [...ports[rank]], buffer };
        await ready(helper, start, [...ports[rank].values()]);
      }
    } catch {
      for (const helper of helpers) helper.terminate();
      return null;
    }
    const exchange = buffer ? new SharedExchange(0, count, buffer) : new MessageExchange(0, ports[0]);
    return new Crew(helpers, exchange, recipe).listen();
  }

  /** Keeps in mind what goes wrong with a helper. */
  listen() {
    for (const helper of this.helpers) {
      helper.onmessage = ({ data }) => {
        if (data.error) this.fail(data.error);
      };
      helper.onerror = ({ message }) => this.fail(message ?? "a Worker has failed");
    }
    return this;
  }

  /** Nothing is waited for any more. @param {string} reason */
  fail(reason) {
    this.failure = reason;
    this.exchange.fail(new Error(reason));
  }

  /**
   * Gives all helpers the numbers of the leader's networks. Copies are transferred: a view would take the whole memory
   * that it is of along, 17 MB of the recipe `fast`.
   * @param {Networks} networks
   */
  put(networks) {
    const { generator, discriminator } = networks;
    for (const helper of this.helpers) {
      const numbers = {
        generator: numbersOf(generator.parameters),
        discriminator: numbersOf(discriminator.parameters),
      };
      const copies = Object.values(numbers).flatMap(({ arrays }) => arrays.map(([, copy]) => copy.buffer));
      helper.postMessage({ task: "put", networks: numbers }, copies);
    }
  }

  /**
   * Makes all helpers take a step. The leader, who has the first share, takes it too.
   * @param {TrainingSet} dataset
   * @param {number} seed
   * @param {number} step
   * @param {Hyperparams} hyper
   */
  step(dataset, seed, step, hyper) {
    if (this.failure) throw new Error(this.failure);
    this.helpers.forEach((helper, i) => {
      const first = (i + 1) * this.share;
      const examples = chooseExamples(dataset, seed, step, first, this.share);
      helper.postMessage({ task: "step", seed, step, first, examples, hyper }, [examples.pictures.buffer]);
    });
  }

  close() {
    for (const helper of this.helpers) helper.terminate();
  }
}

/**
 * All that a network knows between two steps.
 * @param {Parameters} parameters
 * @returns {{updates: number, arrays: [Kind, Float32Array<ArrayBuffer>][]}} copies
 */
function numbersOf(parameters) {
  const kinds = /** @type {Kind[]} */ (Object.keys(parameters.starts));
  const kept = kinds.filter((kind) => parameters.starts[kind] && kind !== "gradients");
  return {
    updates: parameters.updates,
    arrays: kept.map((kind) => [kind, new Float32Array(parameters.view(kind))]),
  };
}

/** A channel between each two of the workers. @param {number} count @returns {Map<number, MessagePort>[]} by rank, the ports to the others */
function connect(count) {
  /** @type {Map<number, MessagePort>[]} */
  const ports = Array.from({ length: count }, () => new Map());
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      const { port1, port2 } = new MessageChannel();
      ports[a].set(b, port1);
      ports[b].set(a, port2);
    }
  }
  return ports;
}

/** @param {Worker} helper @param {object} message @param {Transferable[]} transfer @returns {Promise<void>} */
function ready(helper, message, transfer) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("a Worker does not answer")), START_MS);
    helper.onmessage = ({ data }) => (data.ready ? resolve() : reject(new Error(data.error)));
    helper.onerror = () => reject(new Error("a Worker does not start"));
    helper.postMessage(message, transfer);
  });
}
