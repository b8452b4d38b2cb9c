// The engine room: networks run here, so that the page never waits. One message is one task.

import { Model } from "./generator.js";
import { begin, goOn } from "./inversion.js";
import { Classifier } from "./judges.js";
import { Machine } from "./layers.js";
import { nearest } from "./mnist.js";
import { along, sheet } from "./ways.js";

const PART = 16; // pictures between two looks at what else is asked
const models = new Map();
let wasm;
let classifier;

async function bytes(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

const tasks = {
  async start({ product, judge }) {
    const [program, weights] = await Promise.all([bytes(product), bytes(judge)]);
    wasm = program;
    classifier = new Classifier(await Machine.start(wasm), weights);
  },

  // What the page must know of a model: its config and its survey. Each has a machine of its own: when other
  // weights of that name come, the memory of the old ones goes with it.
  async load({ name, url }) {
    const model = new Model(await Machine.start(wasm), await bytes(url));
    models.set(name, model);
    const { config, about, survey } = model;
    return { config, about, survey };
  },

  // The picture at z, all ten digits in its hand, and what the networks think of it.
  draw({ model: name, z, digit, look }) {
    const model = models.get(name);
    const { config, discriminator } = model;
    const picture = model.generate(z, [digit]);
    return {
      digit,
      hand: config.classes ? hand(model, z) : null,
      slopes: look && discriminator ? discriminator.slopes(picture, digit) : null,
      ...opinions(model, picture, digit),
    };
  },

  // Pictures along a way; judged: one picture, with what the networks think of it.
  along({ model: name, stops, way, times, judged }) {
    const model = models.get(name);
    const { pictures, digits } = along(model, stops, way, times);
    if (!judged) return { pictures };
    return { digit: digits[0], hand: null, slopes: null, ...opinions(model, pictures, digits[0]) };
  },

  between({ model: name, corners, way, side }) {
    return { pictures: sheet(models.get(name), corners, way, side) };
  },

  // A search for the z of a picture: its start, and each a little farther (inversion.js).
  begin: ({ model, picture }) => begin(models.get(model), picture),
  goOn: ({ model, search }) => goOn(models.get(model), search),

  // The real digits that are nearest to a picture.
  nearest: ({ folder, picture, count }) => nearest(folder, picture, count),

  // Pictures at many z, [count · z_dim]; judged: with D's logits and what the classifier reads. Other
  // tasks may come between.
  async sheet({ model: name, z, digits, judged }) {
    const model = models.get(name);
    const { z_dim, channels } = model.config;
    const size = 784 * channels;
    const pictures = new Uint8Array(digits.length * size);
    const logits = judged && model.discriminator ? [] : null;
    const read = judged && channels === 1 ? [] : null;
    for (let start = 0; start < digits.length; start += PART) {
      const part = digits.slice(start, start + PART);
      pictures.set(model.generate(z.subarray(start * z_dim), part), start * size);
      part.forEach((digit, i) => {
        const picture = pictures.subarray((start + i) * size, (start + i + 1) * size);
        logits?.push(model.discriminator.logit(picture, digit));
        read?.push(largest(classifier.read(picture)));
      });
      await nextTask();
    }
    return { pictures, logits, read };
  },
};

function opinions({ config, discriminator }, picture, digit) {
  return {
    picture,
    logit: discriminator ? discriminator.logit(picture, digit) : null,
    probabilities: config.channels === 1 ? classifier.read(picture) : null,
  };
}

// All the digits at one z.
function hand(model, z) {
  const digits = [...Array(model.config.classes).keys()];
  return model.draw(digits.map((digit) => model.row(z, digit)));
}

const largest = (values) => values.indexOf(Math.max(...values));

const { port1, port2 } = new MessageChannel();
const nextTask = () =>
  new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(null);
  });

self.onmessage = async ({ data: { id, task, asked } }) => {
  try {
    self.postMessage({ id, answer: await tasks[task](asked) });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
