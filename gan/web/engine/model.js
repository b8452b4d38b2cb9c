// A trained model in the page, made of an exported file (gan/exploring/page_model.py): G, and D where it scores single
// pictures.

/** @import { Machine } from "./machine.js" */
/** @import { LatentMap, ModelConfig } from "./types.js" */

import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { GeneratorGradient } from "./generator_gradient.js";
import { arraysNow, configNow } from "./older_files.js";
import { canRead } from "./stages.js";
import { readTensors } from "./tensors.js";

export class Model {
  /**
   * @param {Machine} machine
   * @param {ArrayBuffer} buffer the file
   */
  constructor(machine, buffer) {
    const { metadata, arrays: read } = readTensors(buffer);
    const arrays = arraysNow(read);
    this.metadata = metadata;
    this.config = /** @type {ModelConfig} */ (/** @type {unknown} */ (configNow(JSON.parse(metadata.model))));
    /** @type {LatentMap} */
    this.latent_map = {
      names: JSON.parse(metadata.names),
      directions: arrays["latent_map/directions"],
      logits: arrays["latent_map/logits"],
      positions: arrays["latent_map/positions"],
      digits: arrays["latent_map/digits"],
      scores: arrays["latent_map/scores"],
    };
    this.generator = new Generator(machine, this.config, arrays);
    this.discriminator =
      this.config.packing === 1 ? new Discriminator(machine, this.config, arrays) : undefined;
    /** @type {GeneratorGradient | null} */
    this.generatorGradient = null; // until it is used
  }

  /** Whether the classifier may read its pictures: it has learned nothing but MNIST. */
  get isRead() {
    return canRead(this.config) && this.metadata.dataset === "mnist";
  }

  /** The generator backwards, whose memory is reserved when it is first asked for. */
  get gradient() {
    this.generatorGradient ??= new GeneratorGradient(this.generator);
    return this.generatorGradient;
  }
}
