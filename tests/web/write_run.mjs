// Writes what a run is saved as: {state: a path, folder, origin} -> model, state and page.safetensors in the folder.
import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { modelFile, pageFile, stateFile } from "../../gan/web/training/files.js";
import { percentilesOf } from "../../gan/web/training/latent_map.js";
import { readState } from "../../gan/web/training/opened_state.js";

const { state: path, folder, origin } = JSON.parse(await text(process.stdin));
const bytes = readFileSync(path);
const state = readState(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const logits = Float32Array.from({ length: 1000 }, (_, i) => i % 250);
const labels = logits.map((_, i) => Math.floor(i / 100));
const values = percentilesOf(logits, labels, origin.recipe.model.classes);
const map = {
  names: [{ name: "Style 1", effect: "" }],
  arrays: { logits: { shape: [values.length / 101, 101], values } },
};
writeFileSync(`${folder}/model.safetensors`, modelFile(state, origin, values));
writeFileSync(`${folder}/state.safetensors`, stateFile(state, origin));
writeFileSync(`${folder}/page.safetensors`, pageFile(state, origin, map));
console.log("null");
