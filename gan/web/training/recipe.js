// What is trained, and how: a recipe of gan/config.py as JSON, and what of it a page can train.

/**
 * The two networks: ModelConfig in gan/config.py.
 * @typedef {object} Model
 * @property {number} z_dim
 * @property {number} classes that G and D are told of; 0: none
 * @property {number} latent_classes that G chooses by the last numbers of z; 0: none
 * @property {number} latent_class_inverse_temperature
 * @property {number} channels 1 or 3
 * @property {"normal" | "uniform"} latent_prior
 * @property {number} sampling_scale
 * @property {number} mapping_layers
 * @property {[number, number]} generator_channels
 * @property {[number, number]} generator_kernels
 * @property {boolean} batch_norm
 * @property {[number, number]} discriminator_channels
 * @property {number} discriminator_hidden
 * @property {number} dropout
 * @property {boolean} spectral_norm
 * @property {number} packing
 * @property {number} negative_slope
 * @property {"he" | "dcgan"} initializer
 */

/**
 * How they are trained: TrainConfig in gan/config.py. Files that are older than `augment` lack it: none.
 * @typedef {{loss: string, batch_size: number, steps: number, precision: string, augment?: string} & Hyperparams} Train
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
  ({ model }) => (model.mapping_layers ? "G has no mapping in the page (mapping_layers)" : ""),
  ({ model }) =>
    model.generator_kernels.some((size) => size !== 4) ? "generator_kernels: 4 and 4 in the page" : "",
  ({ model }) =>
    [...model.generator_channels, ...model.discriminator_channels, model.discriminator_hidden].some(
      (n) => n % 8,
    )
      ? "channels and hidden units are multiples of 8 in the page"
      : "",
  ({ train }) => (train.batch_size % 4 ? "batch_size is a multiple of 4 in the page" : ""),
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
