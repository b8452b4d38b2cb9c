// A model's file that an older version wrote, by the names that its parts have now: the file of a page that was
// exported earlier, say. gan/older_files.py and gan/exploring/latent_map.py do the same for checkpoints and latent maps.

/** @import { Tensors } from "./types.js" */

/** @type {Record<string, string>} names in older files -> their names now */
const RENAMED = {
  // Options of the networks.
  hidden: "latent_classes",
  sharpness: "latent_class_inverse_temperature",
  uniform: "latent_prior",
  spread: "sampling_scale",
  leak: "negative_slope",
  // Parts of the names of arrays.
  survey: "latent_map",
  places: "positions",
};

/** @param {string} name as "survey/places" @returns {string} as "latent_map/positions" */
const nameNow = (name) =>
  name
    .split("/")
    .map((part) => RENAMED[part] ?? part)
    .join("/");

/**
 * The same fields by the names that they have now.
 * @template Value
 * @param {Record<string, Value>} fields
 * @returns {Record<string, Value>}
 */
const renamed = (fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [nameNow(name), value]));

/** @param {Tensors} arrays of a file of any version @returns {Tensors} */
export const arraysNow = (arrays) => renamed(arrays);

/**
 * @param {Record<string, unknown>} config of the networks in a file of any version
 * @returns {Record<string, unknown>} the fields of `ModelConfig`
 */
export function configNow(config) {
  const { latent_prior, ...others } = renamed(config);
  return {
    size: 28, // where nothing is said
    sampling_contrast: 1,
    sampling_class_offsets: [],
    ...others,
    // It was once called uniform, and true or false.
    latent_prior: { true: "uniform", false: "normal" }[String(latent_prior)] ?? latent_prior,
  };
}
