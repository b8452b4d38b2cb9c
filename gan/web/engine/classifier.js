// The digit classifier of gan/evaluation/classifier.py.

/** @import { Machine } from "./machine.js" */

import { softmax } from "./latents.js";
import { BATCH, dense } from "./layers.js";
import { readTensors } from "./tensors.js";
import { Trunk } from "./trunk.js";

const SIZE = 28; // pixels: what it has learned to read
const LENGTH = SIZE * SIZE;

export class Classifier {
  /**
   * @param {Machine} machine
   * @param {ArrayBuffer} buffer the file of its weights
   */
  constructor(machine, buffer) {
    const { arrays } = readTensors(buffer);
    this.machine = machine;
    this.trunk = new Trunk(machine, arrays, "params", "params/Dense_0", 0, SIZE);
    this.last = dense(machine, arrays, "params/Dense_1");
    this.logits = this.last.product.room(BATCH);
  }

  /**
   * @param {Uint8Array} picture [784]
   * @returns {Float32Array} the probability of each digit, [10]
   */
  read(picture) {
    this.last.run(this.trunk.run(picture, 1, 0, 1 / 255), 1, 1, this.logits);
    return softmax(this.machine.floats.slice(this.logits, this.logits + 10));
  }

  /**
   * Many pictures at once.
   * @param {Uint8Array} pictures [count · 784]
   * @returns {{features: Float32Array, probabilities: Float32Array}} of each picture, [count · 128], and of each
   *   digit, [count · 10]
   */
  readAll(pictures) {
    const { trunk, machine, last } = this;
    const count = pictures.length / LENGTH;
    const features = new Float32Array(count * trunk.width);
    const probabilities = new Float32Array(count * last.width);
    for (let start = 0; start < count; start += BATCH) {
      const batch = Math.min(BATCH, count - start);
      const at = trunk.run(pictures.subarray(LENGTH * start, LENGTH * (start + batch)), batch, 0, 1 / 255);
      last.run(at, batch, 1, this.logits);
      features.set(machine.floats.subarray(at, at + batch * trunk.width), start * trunk.width);
      for (let i = 0; i < batch; i++) {
        const row = this.logits + i * last.width;
        probabilities.set(softmax(machine.floats.slice(row, row + last.width)), (start + i) * last.width);
      }
    }
    return { features, probabilities };
  }
}
