// {kernels, classifier, page, images, labels: paths, classes: names, channels, size} -> the latent map that the page makes
// of a model. Without a classifier, none reads its pictures.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Classifier } from "../../gan/web/engine/classifier.js";
import { Machine } from "../../gan/web/engine/machine.js";
import { Model } from "../../gan/web/engine/model.js";
import { mapOf } from "../../gan/web/training/latent_map.js";

const paths = JSON.parse(await text(process.stdin));
const bytes = (path) => new Uint8Array(readFileSync(path)); // a copy: node's small buffers share their memory
const program = new WebAssembly.Module(bytes(paths.kernels));
const classifier =
  paths.classifier && new Classifier(await Machine.start(program), bytes(paths.classifier).buffer);
const model = new Model(await Machine.start(program), bytes(paths.page).buffer);
const [images, labels] = [bytes(paths.images), bytes(paths.labels)];
const { classes, channels, size } = paths;
const dataset = { images, labels, class_names: classes, channels, size };
const { names, arrays } = mapOf(model, classifier ?? null, dataset);
const told = Object.entries(arrays).map(([name, { shape, values }]) => [
  name,
  { shape, values: [...values] },
]);
console.log(JSON.stringify({ names, ...Object.fromEntries(told) }));
