// The Worker in which the networks run, so that the page never waits. One message is one task: a method of the engine
// (types.js).

/** @import { DrawAnswer, Engine, LoadedModel, Opinions, SheetAnswer } from "./types.js" */

import { Classifier } from "./classifier.js";
import { features } from "./features.js";
import { along, between } from "./interpolation.js";
import { continueSearch, startSearch } from "./inversion.js";
import { fetchKernels } from "./kernels.js";
import { Machine } from "./machine.js";
import { free } from "./memory.js";
import { nearestDigits } from "./mnist.js";
import { Model } from "./model.js";
import { pictureLength } from "./stages.js";

const PART = 16; // pictures after which other tasks may come between

/** @type {Map<string, Model>} */
const models = new Map();
/** @type {WebAssembly.Module | null} */
let kernels;
/** @type {Classifier | null} null: it is not there yet, or cannot be had */
let classifier = null;
/** @type {() => void} */
let knowClassifier;
const classifierIsKnown = new Promise((resolve) => {
  knowClassifier = () => resolve(null);
});

let running = 0; // tasks that have begun and not ended
/** @type {Machine | null} of a model that was replaced while no other task was running */
let spare = null;

/** @param {string} name @returns {Model} */
function modelOf(name) {
  const model = models.get(name);
  if (!model) throw new Error(`the model ${name} is not loaded`);
  return model;
}

const program = fetchKernels();
program.catch(() => null); // start() says what is wrong

async function start() {
  kernels = await program;
}

/** @param {{weights: ArrayBuffer | null}} asked the file of the classifier; null: it cannot be had */
async function useClassifier({ weights }) {
  try {
    if (weights) classifier = new Classifier(await Machine.start(kernels), weights);
  } finally {
    knowClassifier();
  }
}

/**
 * Each model has a machine of its own. When other weights of its name come, the machine of the old ones is used for the
 * next: a run that is explored while it trains sends some every two seconds.
 * @param {{name: string, file: ArrayBuffer}} asked
 * @returns {Promise<LoadedModel>}
 */
async function load({ name, file }) {
  const machine = spare ?? (await Machine.start(kernels));
  spare = null;
  machine.clear();
  const model = new Model(machine, file);
  free(new Uint8Array(file)); // the model has copies
  const before = models.get(name);
  models.set(name, model);
  if (before && running === 1) spare = before.generator.machine; // only this task is running: nobody draws with it
  const { config, metadata, latent_map } = model;
  return { config, metadata, latent_map };
}

/** @param {Parameters<Engine["draw"]>[0]} asked @returns {DrawAnswer} */
function draw({ model: name, z, digit, saliency }) {
  const model = modelOf(name);
  const { config, discriminator } = model;
  const picture = model.generator.generate(z, [digit]);
  return {
    digit,
    hand: config.classes ? drawHand(model, z) : null,
    saliency: saliency && discriminator ? discriminator.slopes(picture, digit) : null,
    ...score(model, picture, digit),
  };
}

/** @param {Parameters<Engine["along"]>[0]} asked */
function drawMany({ model, stops, way, times }) {
  return { pictures: along(modelOf(model).generator, stops, way, times).pictures };
}

/** @param {Parameters<Engine["drawAlong"]>[0]} asked @returns {DrawAnswer} */
function drawAlong({ model: name, stops, way, time }) {
  const model = modelOf(name);
  const { pictures, digits } = along(model.generator, stops, way, [time]);
  return { digit: digits[0], hand: null, saliency: null, ...score(model, pictures, digits[0]) };
}

/** @param {Parameters<Engine["sheet"]>[0]} asked @returns {Promise<SheetAnswer>} */
async function sheet({ model: name, z, digits, with_scores }) {
  const { config, generator, discriminator, isRead } = modelOf(name);
  const { z_dim } = config;
  const { length } = generator;
  if (with_scores && isRead) await classifierIsKnown;
  const pictures = new Uint8Array(digits.length * length);
  /** @type {number[]} */
  const logits = [];
  /** @type {number[]} */
  const read = [];
  for (let start = 0; start < digits.length; start += PART) {
    const part = digits.slice(start, start + PART);
    pictures.set(generator.generate(z.subarray(start * z_dim), part), start * length);
    part.forEach((digit, i) => {
      const picture = pictures.subarray((start + i) * length, (start + i + 1) * length);
      if (with_scores && discriminator) logits.push(discriminator.logit(picture, digit));
      if (with_scores && isRead && classifier) read.push(largest(classifier.read(picture)));
    });
    await nextTask();
  }
  return { pictures, logits: logits.length ? logits : null, read: read.length ? read : null };
}

/**
 * What D says of pictures that the page has, real ones among them.
 * @param {Parameters<Engine["discriminate"]>[0]} asked
 * @returns {Opinions}
 */
function discriminate({ model: name, pictures, digits, saliency: isWanted }) {
  const { discriminator, config } = modelOf(name);
  if (!discriminator) throw new Error("the discriminator of this model scores no single pictures");
  const size = pictureLength(config);
  const saliency = isWanted ? new Float32Array(pictures.length) : null;
  const logits = digits.map((digit, i) => {
    const picture = pictures.subarray(i * size, (i + 1) * size);
    saliency?.set(discriminator.slopes(picture, digit), i * size);
    return discriminator.logit(picture, digit);
  });
  return { logits, saliency };
}

/**
 * @param {Model} model
 * @param {Uint8Array} picture
 * @param {number} digit
 */
function score({ isRead, discriminator }, picture, digit) {
  return {
    picture,
    logit: discriminator ? discriminator.logit(picture, digit) : null,
    probabilities: isRead && classifier ? classifier.read(picture) : null,
  };
}

/** All the classes at one z. @param {Model} model @param {Float32Array} z */
function drawHand({ config, generator }, z) {
  const digits = [...Array(config.classes).keys()];
  return generator.draw(digits.map((digit) => generator.row(z, digit)));
}

/** @param {Float32Array} values @returns {number} the number of the largest */
const largest = (values) => values.indexOf(Math.max(...values));

// Lets tasks that have come meanwhile begin. Several may wait here at once.
const { port1, port2 } = new MessageChannel();
/** @type {((value?: unknown) => void)[]} */
const waiting = [];
port1.onmessage = () => waiting.shift()?.();
const nextTask = () =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });

/** @type {Record<string, (asked: any) => unknown>} by the names of the engine's methods */
const tasks = {
  start,
  useClassifier,
  load,
  draw,
  drawAlong,
  sheet,
  discriminate,
  features: ({ model, input, silenced }) => features(modelOf(model), input, silenced),
  along: drawMany,
  between: ({ model, corners, way, side }) => ({
    pictures: between(modelOf(model).generator, corners, way, side),
  }),
  startSearch: ({ model, picture }) => startSearch(modelOf(model), picture),
  continueSearch: ({ model, search }) => continueSearch(modelOf(model), search),
  nearest: ({ folder, picture, count }) => nearestDigits(folder, picture, count),
};

self.onmessage = async ({ data: { id, task, asked } }) => {
  running++;
  try {
    self.postMessage({ id, answer: await tasks[task](asked) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
  running--;
};
