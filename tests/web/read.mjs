// What the classifier makes of pictures: {kernels, classifier, pictures: paths} -> {features, probabilities, diversity}.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Classifier } from "../../gan/web/engine/classifier.js";
import { Machine } from "../../gan/web/engine/machine.js";
import { meanDistance } from "../../gan/web/training/probe.js";

const { kernels, classifier: weights, pictures } = JSON.parse(await text(process.stdin));
const bytes = (path) => new Uint8Array(readFileSync(path)); // a copy: node's small buffers share their memory
const machine = await Machine.start(new WebAssembly.Module(bytes(kernels)));
const classifier = new Classifier(machine, bytes(weights).buffer);
const read = classifier.readAll(bytes(pictures));
const diversity = meanDistance(read.features, read.features.length / classifier.trunk.width);
const [features, probabilities] = [read.features, read.probabilities].map((values) => [...values]);
console.log(JSON.stringify({ features, probabilities, diversity }));
