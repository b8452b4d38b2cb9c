// What is trained, and how: a recipe of gan/config.py as JSON, and what of it a page can train.

import { mapSides } from "../engine/stages.js";

/**
 * The two networks: ModelConfig in gan/config.py.
 * @typedef {object} Model
 * @property {number} z_dim
 * @property {number} classes that G and D are told of; 0: none
 * @property {number} latent_classes that G chooses by the last numbers of z; 0: none
 * @property {number} latent_class_inverse_temperature
 * @property {number} [size] height and width of a picture in pixels: 28, 32 or 64; 28 in older files, which say nothing
 * @property {number} channels 1 or 3
 * @property {"normal" | "uniform"} latent_prior
 * @property {number} [sampling_scale] 1 in files that say nothing
 * @property {number} [sampling_contrast] 1 in older files, which say nothing
 * @property {number[]} [sampling_class_offsets] none in older files
 * @property {number} mapping_layers
 * @property {number[]} generator_channels one a stage
 * @property {number[]} generator_kernels
 * @property {boolean} [generator_residual] false in older files
 * @property {boolean} [discriminator_residual] false in older files
 * @property {boolean} batch_norm
 * @property {number[]} discriminator_channels
 * @property {number} discriminator_hidden
 * @property {number} dropout
 * @property {boolean} spectral_norm
 * @property {number} packing
 * @property {number} negative_slope
 * @property {"he" | "dcgan"} initializer
 */

/**
 * How they are trained: TrainConfig in gan/config.py. Older files lack the options that came later.
 * @typedef {{loss: string, batch_size: number, steps: number, precision: string, augment?: string,
 *   discriminator_steps?: number, optimizer?: string} & Hyperparams} Train
 */

/**
 * The numbers that may change while a run trains.
 * @typedef {object} Hyperparams
 * @property {number} generator_lr
 * @property {number} discriminator_lr
 * @property {number} decay_steps
 * @property {number} beta1
 * @property {number} beta2
 * @property {number} final_gamma_fraction
 * @property {number} r1_gamma
 * @property {number} r2_gamma
 * @property {number} gp_weight
 * @property {number} weight_clip
 * @property {number} label_smoothing
 * @property {number} instance_noise
 * @property {number} ema_decay
 * @property {number} mode_seeking_weight
 * @property {number} wrong_label_weight
 */

/** @typedef {{name: string, model: Model, train: Train}} Recipe */

/** @type {(keyof Hyperparams)[]} */
const HYPERPARAMS = [
  "generator_lr", "discriminator_lr", "decay_steps", "beta1", "beta2", "final_gamma_fraction", "r1_gamma", "r2_gamma",
  "gp_weight", "weight_clip", "label_smoothing", "instance_noise", "ema_decay", "mode_seeking_weight",
  "wrong_label_weight",
]; // biome-ignore format: by lines

/** @param {Recipe} recipe @returns {Hyperparams} its numbers that may change while a run trains */
export function hyperOf({ train }) {
  return /** @type {Hyperparams} */ (Object.fromEntries(HYPERPARAMS.map((name) => [name, train[name] ?? 0])));
}

const MIN_CHANNELS = 8; // of a stage that is added

/**
 * Channels from the smallest map to the largest, for so many stages.
 * @param {number[]} channels
 * @param {number} stages
 * @returns {number[]}
 */
function fitChannels(channels, stages) {
  const fitted = channels.slice(0, stages);
  while (fitted.length < stages) fitted.push(Math.max(fitted[fitted.length - 1] >> 1, MIN_CHANNELS));
  return fitted;
}

/**
 * The networks with the stages that pictures of another size need, as `fit` of gan/stages.py has them: stages are added
 * where the maps are largest, each with half the channels of its neighbour.
 * @param {Model} model
 * @param {number} [size] in pixels; 28 where nothing is said
 * @returns {Model}
 * @throws {Error} one line: there are no networks of that size.
 */
export function forSize(model, size = 28) {
  if (size === (model.size ?? 28)) return model;
  const stages = mapSides(size).length;
  const { generator_channels, generator_kernels: kernels, discriminator_channels } = model;
  const inner = [...kernels.slice(0, -1), ...new Array(stages).fill(kernels[0])].slice(0, stages - 1);
  return {
    ...model,
    size,
    generator_channels: fitChannels(generator_channels, stages),
    generator_kernels: [...inner, kernels[kernels.length - 1]],
    discriminator_channels: fitChannels([...discriminator_channels].reverse(), stages).reverse(),
  };
}

/**
 * What the networks in the page are not made for. Each is a sentence, or "" where all is well.
 * @type {((recipe: Recipe) => string)[]}
 */
const LIMITS = [
  ({ model }) => (model.batch_norm ? "batch normalisation (batch_norm) is not there in the page" : ""),
  ({ model }) => (model.dropout ? "dropout is not there in the page" : ""),
  ({ model }) =>
    model.spectral_norm ? "spectral normalisation (spectral_norm) is not there in the page" : "",
  ({ model }) => (model.packing > 1 ? "D scores one picture at a time in the page (packing)" : ""),
  ({ model }) =>
    model.generator_residual ? "G has no residual layers in the page (generator_residual)" : "",
  ({ model }) =>
    model.discriminator_residual ? "D has no residual layers in the page (discriminator_residual)" : "",
  ({ model }) => (model.mapping_layers ? "G has no mapping in the page (mapping_layers)" : ""),
  ({ model }) =>
    model.generator_kernels.some((size) => size !== 4) ? "generator_kernels are 4 in the page" : "",
  ({ model }) =>
    [...model.generator_channels, ...model.discriminator_channels, model.discriminator_hidden].some(
      (n) => n % 8,
    )
      ? "channels and hidden units are multiples of 8 in the page"
      : "",
  ({ train }) => (train.batch_size % 4 ? "batch_size is a multiple of 4 in the page" : ""),
  ({ train }) =>
    (train.discriminator_steps ?? 1) > 1 ? "D learns once a step in the page (discriminator_steps)" : "",
  ({ train }) =>
    (train.optimizer ?? "adam") !== "adam" ? "both networks learn with Adam in the page (optimizer)" : "",
  ({ train }) => (train.mode_seeking_weight ? "mode_seeking_weight is not there in the page" : ""),
  ({ train }) => (train.wrong_label_weight ? "wrong_label_weight is not there in the page" : ""),
];

/**
 * Why a page cannot train a recipe.
 * @param {Recipe} recipe
 * @returns {string} one line that names the option; "" if it can
 */
export function whyNotInPage(recipe) {
  for (const limit of LIMITS) {
    const reason = limit(recipe);
    if (reason) return `${reason}; the server and train.py have it.`;
  }
  return "";
}
