// A loaded model, as the page works with it: its latents, and where its scores lie.

/** @import { Engine, GeneratorInput, LoadedModel, ModelConfig } from "../engine/types.js" */
/** @import { Latent } from "./state.js" */

import { fromSeed, move, truncate } from "../engine/latents.js";
import { pictureLength } from "../engine/stages.js";
import { subjectOf } from "./subject.js";

const PERCENTILES = 101; // 0…100

export class KnownModel {
  /**
   * @param {string} id
   * @param {LoadedModel} loaded
   * @param {Engine} engine
   */
  constructor(id, { config, metadata, latent_map }, engine) {
    const { directions, logits, names, positions, digits, scores } = latent_map;
    const [count, size] = directions.shape;
    this.id = id;
    this.engine = engine;
    this.renewals = 0; // how many times the engine got newer weights of it: pictures that were made before are old
    /** @type {ModelConfig} */
    this.config = config;
    this.metadata = metadata;
    this.subject = subjectOf(metadata, config);
    this.names = names;
    this.positions = positions;
    this.digits = digits;
    this.scores = scores;
    this.size = pictureLength(config); // numbers in a picture
    const values = Float32Array.from(directions.values);
    this.directions = Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
    this.percentiles = logits.values.length ? logits.values : null;
  }

  /** The z of the seed, truncated and moved along the directions. @param {Latent} latent @returns {Float32Array} */
  unedited({ seed, truncation, shifts }) {
    const { z_dim, latent_classes } = this.config;
    const start = truncate(fromSeed(seed, z_dim), truncation, latent_classes);
    return move(
      start,
      this.directions,
      this.directions.map((_, i) => shifts[i] ?? 0),
      {},
    );
  }

  /** The z, with its axes edited too. @param {Latent} latent @returns {Float32Array} [z_dim] */
  z(latent) {
    return move(this.unedited(latent), [], [], latent.edits);
  }

  /** @param {Latent[]} latents @returns {GeneratorInput[]} */
  inputs(latents) {
    return latents.map((latent) => ({ z: this.z(latent), digit: latent.digit }));
  }

  /**
   * @param {Float32Array} z [count · z_dim]
   * @param {number} digit
   * @returns {Promise<Uint8Array>} pictures of one class, [count · size² · channels]
   */
  async draw(z, digit) {
    const digits = new Array(z.length / this.config.z_dim).fill(digit);
    return (await this.engine.sheet({ model: this.id, z, digits })).pictures;
  }

  /**
   * @param {number} logit D's
   * @param {number} digit
   * @returns {number} than how many of 100 real pictures (of the digit) D finds a picture of this logit more real
   */
  percentile(logit, digit) {
    if (!this.percentiles) return 0;
    const start = this.config.classes ? PERCENTILES * digit : 0;
    const real = this.percentiles.subarray(start, start + PERCENTILES);
    return Math.min(100, real.filter((value) => value < logit).length);
  }

  /** @param {Uint8Array} pictures @param {number} i @returns {Uint8Array} the picture of that number */
  pick(pictures, i) {
    return pictures.subarray(i * this.size, (i + 1) * this.size);
  }
}
