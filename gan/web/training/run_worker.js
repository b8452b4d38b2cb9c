// The Worker of a run that the page trains. It fetches what a run needs: the program of the kernels, the pictures, and
// what the run is measured with.

/** @import { TrainingSet } from "./batch.js" */
/** @import { Reference } from "./monitor.js" */
/** @import { Tools } from "./run_loop.js" */
/** @import { Source } from "./types.js" */

import { Classifier } from "../engine/classifier.js";
import { fetchFile } from "../engine/fetching.js";
import { fetchKernels } from "../engine/kernels.js";
import { Machine } from "../engine/machine.js";
import { Model } from "../engine/model.js";
import { readTensors, realsOf } from "../engine/tensors.js";
import { loadDataset } from "./datasets.js";
import { mapOf, realPercentiles } from "./latent_map.js";
import { hasDigits } from "./probe.js";
import { RunLoop } from "./run_loop.js";
import { RunStore } from "./store.js";
import { Trainer } from "./trainer.js";

/**
 * @typedef {object} Asked
 * @property {Source} source
 * @property {string} classifier the address of its weights
 * @property {string | null} features the address of the real pictures' features (gan/live/description.py); null: those
 *   of the run's own pictures are measured
 */

/** @param {string} url @returns {Promise<Reference>} */
async function fetchReference(url) {
  const { arrays } = readTensors(await fetchFile(url));
  const numbers = (/** @type {string} */ name) => Float64Array.from(realsOf(arrays, name).values);
  const real = { mean: numbers("mean"), covariance: numbers("covariance") };
  return { real, real_frechet: numbers("real_frechet")[0] };
}

/**
 * @param {Asked} asked
 * @param {(dataset: TrainingSet) => void} more is told when there are more pictures
 * @returns {Promise<Tools>}
 */
async function fetchTools({ source, classifier, features }, more) {
  const program = await fetchKernels();
  if (!program)
    throw new Error(
      "This browser cannot train: it has no WebAssembly here. A current Chrome, Firefox or Safari has it.",
    );
  const [dataset, weights, reference] = await Promise.all([
    "dataset" in source ? source.dataset : loadDataset(source.name, source.url, { onPart: more }),
    fetchFile(classifier),
    features === null ? null : fetchReference(features),
  ]);
  const modelOf = async (/** @type {Uint8Array<ArrayBuffer>} */ file) =>
    new Model(await Machine.start(program), file.buffer);
  const reader = new Classifier(await Machine.start(program), weights);
  return {
    dataset,
    dataset_name: source.name,
    own: "dataset" in source ? source.dataset : null,
    classifier: reader,
    reference,
    startTrainer: (what) => Trainer.start({ ...what, program }),
    mapOf: async (file, pictures) =>
      mapOf(await modelOf(file), hasDigits(pictures) ? reader : null, pictures),
    percentilesOf: async (file, pictures) => realPercentiles(await modelOf(file), pictures),
    store: new RunStore(),
  };
}

const port = /** @type {import("./run_loop.js").Port} */ (/** @type {unknown} */ (self));
new RunLoop(port, fetchTools, () => performance.now() / 1000);
