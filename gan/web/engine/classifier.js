// The digit classifier of gan/evaluation/classifier.py.

/** @import { Machine } from "./machine.js" */

import { softmax } from "./latents.js";
import { BATCH, dense } from "./layers.js";
import { readTensors } from "./tensors.js";
import { Trunk } from "./trunk.js";

export class Classifier {
  /**
   * @param {Machine} machine
   * @param {ArrayBuffer} buffer the file of its weights
   */
  constructor(machine, buffer) {
    const { arrays } = readTensors(buffer);
    this.machine = machine;
    this.trunk = new Trunk(machine, arrays, "params", "params/Dense_0", 0);
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
}
