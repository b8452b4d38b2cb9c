// Which recipe a run trains and which numbers it begins with, checked as gan/config.py and gan/live/controls.py check.

/** @import { Dataset, Description, Hyper, Recipe } from "./types.js" */

export const AUTOENCODER = "autoencoder"; // the name of its recipe
export const AUTOENCODER_ONLY_RUNS =
  "an autoencoder runs, pauses and stops: there is no game to steer or to go back in";

/**
 * What a run is started with, as gan/ui/requests.py takes it too.
 * @typedef {object} Wish
 * @property {string} recipe of gan/recipes.py or gan/live/failures.py, or "autoencoder"
 * @property {number} seed
 * @property {boolean} conditional whether the networks are told the class
 * @property {"run" | "step"} [first_command] "step": it takes one step and pauses
 * @property {Record<string, number>} [change] numbers that are otherwise than the recipe's
 */

/** @param {Recipe} recipe @returns {boolean} whether its networks play a game: an autoencoder has no D */
export const hasCritic = ({ name }) => name !== AUTOENCODER;

/**
 * @param {Wish} wish
 * @param {Description} description
 * @param {Dataset} dataset
 * @returns {{recipe: Recipe, hyper: Hyper}} what is trained, and its numbers
 * @throws {Error} one line, if there is no such recipe or a number cannot be so
 */
export function chooseRecipe({ recipe: name, conditional, change = {} }, description, dataset) {
  const { recipes, failures } = description;
  const failure = Object.hasOwn(failures, name) ? failures[name] : null;
  const base = failure ? withLoss(recipes.fast, failure.loss) : Object.hasOwn(recipes, name) && recipes[name];
  if (!base) throw new Error(`unknown recipe "${name}"`);
  const classes = dataset.labels && conditional && hasCritic(base) ? dataset.class_names.length : 0;
  const { channels } = dataset;
  const recipe = { ...base, model: { ...base.model, channels, classes: classes > 1 ? classes : 0 } };
  if (Object.keys(change).length && !hasCritic(recipe)) throw new Error(AUTOENCODER_ONLY_RUNS);
  const hyper = applyChanges(description, recipe, hyperOf(description, recipe), failure?.change ?? {});
  return { recipe, hyper: applyChanges(description, recipe, hyper, change) };
}

/** @param {Recipe} recipe @param {string} loss @returns {Recipe} */
const withLoss = (recipe, loss) => ({ ...recipe, train: { ...recipe.train, loss } });

/** @param {Description} description @param {Recipe} recipe @returns {Hyper} its numbers that may change */
const hyperOf = ({ hyper }, { train }) => Object.fromEntries(hyper.map((name) => [name, train[name]]));

/**
 * The numbers of a run with some of them changed.
 * @param {Description} description
 * @param {Recipe} recipe says which numbers its loss uses
 * @param {Hyper} hyper
 * @param {Record<string, number>} changes
 * @returns {Hyper}
 * @throws {Error} one line, if a number cannot be moved, not to this value, or is none of the loss's
 */
export function applyChanges(description, recipe, hyper, changes) {
  const { ranges } = description;
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(ranges, name))
      throw new Error(`${name}: what can be moved is ${Object.keys(ranges).join(", ")}`);
    const [low, high] = ranges[name];
    if (typeof value !== "number" || !(value >= low && value <= high))
      throw new Error(`${name} ${value}: expected ${low} to ${high}`);
    if (value && !goesWith(description, recipe, name))
      throw new Error(`${name}: does not go with loss=${recipe.train.loss}`);
  }
  return { ...hyper, ...changes };
}

/** Whether the loss of a recipe uses a number. @param {Description} description @param {Recipe} recipe @param {string} name */
function goesWith({ losses }, { train }, name) {
  if (name === "label_smoothing") return losses.bce.includes(train.loss);
  if (name === "r1_gamma") return !losses.gp.includes(train.loss) && !train.weight_clip;
  return true;
}

/**
 * A recipe with another loss.
 * @param {Description} description
 * @param {Recipe} recipe
 * @param {string} loss
 * @returns {Recipe}
 * @throws {Error} one line, if there is no such loss, or the recipe is refused with it
 */
export function replaceLoss(description, recipe, loss) {
  if (!description.losses.all.includes(loss))
    throw new Error(`loss=${loss}: expected one of ${description.losses.all.join(", ")}`);
  const replaced = withLoss(recipe, loss);
  const reason = whyRefused(description, replaced);
  if (reason) throw new Error(reason);
  return replaced;
}

/**
 * The recipe with its numbers as they are now, for the files that a visitor saves. Some numbers make a recipe that is
 * refused, as those of the failure lab; then it is the recipe without them.
 * @param {Description} description
 * @param {Recipe} recipe
 * @param {Hyper} hyper
 * @returns {Recipe}
 */
export function recipeWithChanges(description, recipe, hyper) {
  const numbers = Object.fromEntries(Object.keys(description.ranges).map((name) => [name, hyper[name]]));
  const changed = { ...recipe, train: { ...recipe.train, ...numbers } };
  return whyRefused(description, changed) ? recipe : changed;
}

/**
 * Why Python refuses a recipe whose loss or numbers a visitor has changed (TrainConfig and Recipe in gan/config.py).
 * @param {Description} description
 * @param {Recipe} recipe
 * @returns {string | null} null: it does not
 */
export function whyRefused({ losses }, { model, train }) {
  const { loss, r1_gamma, r2_gamma, gp_weight, weight_clip } = train;
  const hasPenalty = r1_gamma > 0 || r2_gamma > 0;
  const isGP = losses.gp.includes(loss);
  if (isGP && !gp_weight) return `loss=${loss} is nothing without its gp_weight`;
  if (isGP && hasPenalty) return `loss=${loss} pulls D's slope to 1, and R1 and R2 pull it to 0`;
  if (!isGP && gp_weight) return `gp_weight is for loss=${losses.gp.join(" and loss=")}`;
  if (weight_clip && hasPenalty) return "weight_clip and R1 or R2 both bound D";
  if (weight_clip && loss !== "wasserstein") return "weight_clip goes with loss=wasserstein";
  if (train.final_gamma_fraction < 1 && !hasPenalty)
    return "final_gamma_fraction is a share of r1_gamma and r2_gamma";
  if (loss === "wasserstein" && !weight_clip && !r1_gamma && !model.spectral_norm)
    return "loss=wasserstein needs a bounded D";
  if (!losses.bce.includes(loss) && (train.label_smoothing || train.wrong_label_weight))
    return `label_smoothing and wrong_label_weight need a loss with labels, not loss=${loss}`;
  return null;
}
