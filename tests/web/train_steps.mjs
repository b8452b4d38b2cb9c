// compare_steps.mjs in node: node train_steps.mjs KERNELS FOLDER LAST MODE prints what it finds as JSON.

import { readFileSync } from "node:fs";
import { compareSteps } from "./compare_steps.mjs";

const [path, folder, last, mode] = process.argv.slice(2);
const bytes = (name) => {
  const { buffer, byteOffset, length } = readFileSync(name);
  return buffer.slice(byteOffset, byteOffset + length);
};
const read = async (name) => bytes(`${folder}/${name}.safetensors`);
console.log(JSON.stringify(await compareSteps({ kernels: bytes(path), read, last: Number(last), mode })));
