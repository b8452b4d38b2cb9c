// The Worker in which the networks run, so that the page never waits. One message is one task: a method of the engine
// (types.js).

/** @import { DrawAnswer, Engine, LoadedModel, SheetAnswer } from "./types.js" */

import { Classifier } from "./classifier.js";
import { along, between } from "./interpolation.js";
import { continueSearch, startSearch } from "./inversion.js";
import { fetchKernels } from "./kernels.js";
import { Machine } from "./machine.js";
import { nearestDigits } from "./mnist.js";
import { Model } from "./model.js";

const PART = 16; // pictures after which other tasks may come between

/** @type {Map<string, Model>} */
const models = new Map();
/** @type {WebAssembly.Module | null} */
let kernels;
/** @type {Classifier} */
let classifier;

/** @param {string} url @returns {Promise<ArrayBuffer>} */
async function fetchBytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

/** @param {string} name @returns {Model} */
function modelOf(name) {
  const model = models.get(name);
  if (!model) throw new Error(`the model ${name} is not loaded`);
  return model;
}

/** @param {{classifier: string}} asked the address of the classifier's weights */
async function start(asked) {
  const [program, weights] = await Promise.all([fetchKernels(), fetchBytes(asked.classifier)]);
  kernels = program;
  classifier = new Classifier(await Machine.start(kernels), weights);
}

/**
 * Each model has a machine of its own: when other weights of its name come, the memory of the old ones goes with it.
 * @param {{name: string, url: string}} asked
 * @returns {Promise<LoadedModel>}
 */
async function load({ name, url }) {
  const model = new Model(await Machine.start(kernels), await fetchBytes(url));
  models.set(name, model);
  const { config, about, survey } = model;
  return { config, about, survey };
}

/** @param {Parameters<Engine["draw"]>[0]} asked @returns {DrawAnswer} */
function draw({ model: name, z, digit, look }) {
  const model = modelOf(name);
  const { config, discriminator } = model;
  const picture = model.generate(z, [digit]);
  return {
    digit,
    hand: config.classes ? drawHand(model, z) : null,
    slopes: look && discriminator ? discriminator.slopes(picture, digit) : null,
    ...score(model, picture, digit),
  };
}

/** @param {Parameters<Engine["along"]>[0]} asked */
function drawMany({ model, stops, way, times }) {
  return { pictures: along(modelOf(model), stops, way, times).pictures };
}

/** @param {Parameters<Engine["drawAlong"]>[0]} asked @returns {DrawAnswer} */
function drawAlong({ model: name, stops, way, time }) {
  const model = modelOf(name);
  const { pictures, digits } = along(model, stops, way, [time]);
  return { digit: digits[0], hand: null, slopes: null, ...score(model, pictures, digits[0]) };
}

/** @param {Parameters<Engine["sheet"]>[0]} asked @returns {Promise<SheetAnswer>} */
async function sheet({ model: name, z, digits, judged }) {
  const model = modelOf(name);
  const { discriminator } = model;
  const { z_dim, channels } = model.config;
  const size = 784 * channels;
  const pictures = new Uint8Array(digits.length * size);
  /** @type {number[]} */
  const logits = [];
  /** @type {number[]} */
  const read = [];
  for (let start = 0; start < digits.length; start += PART) {
    const part = digits.slice(start, start + PART);
    pictures.set(model.generate(z.subarray(start * z_dim), part), start * size);
    part.forEach((digit, i) => {
      const picture = pictures.subarray((start + i) * size, (start + i + 1) * size);
      if (judged && discriminator) logits.push(discriminator.logit(picture, digit));
      if (judged && channels === 1) read.push(largest(classifier.read(picture)));
    });
    await nextTask();
  }
  return { pictures, logits: logits.length ? logits : null, read: read.length ? read : null };
}

/**
 * @param {Model} model
 * @param {Uint8Array} picture
 * @param {number} digit
 */
function score({ config, discriminator }, picture, digit) {
  return {
    picture,
    logit: discriminator ? discriminator.logit(picture, digit) : null,
    probabilities: config.channels === 1 ? classifier.read(picture) : null,
  };
}

/** All the digits at one z. @param {Model} model @param {Float32Array} z */
function drawHand(model, z) {
  const digits = [...Array(model.config.classes).keys()];
  return model.draw(digits.map((digit) => model.row(z, digit)));
}

/** @param {Float32Array} values @returns {number} the number of the largest */
const largest = (values) => values.indexOf(Math.max(...values));

const { port1, port2 } = new MessageChannel();
const nextTask = () =>
  new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(null);
  });

/** @type {Record<string, (asked: any) => unknown>} by the names of the engine's methods */
const tasks = {
  start,
  load,
  draw,
  drawAlong,
  sheet,
  along: drawMany,
  between: ({ model, corners, way, side }) => ({ pictures: between(modelOf(model), corners, way, side) }),
  startSearch: ({ model, picture }) => startSearch(modelOf(model), picture),
  continueSearch: ({ model, search }) => continueSearch(modelOf(model), search),
  nearest: ({ folder, picture, count }) => nearestDigits(folder, picture, count),
};

self.onmessage = async ({ data: { id, task, asked } }) => {
  try {
    self.postMessage({ id, answer: await tasks[task](asked) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};
