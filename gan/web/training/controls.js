// What a visitor may change of a run, and which changes are refused, as gan/live/controls.py and gan/config.py refuse them.

/** @import { Hyperparams, Recipe } from "./recipe.js" */
/** @import { Description } from "./types.js" */

/**
 * The numbers of a run with some of them changed.
 * @param {Description} description
 * @param {Recipe} recipe says which numbers its loss uses
 * @param {Hyperparams} hyper
 * @param {Record<string, number>} changes
 * @returns {Hyperparams}
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

/** The recipe with another loss, unchecked. @param {Recipe} recipe @param {string} loss @returns {Recipe} */
export const withLoss = (recipe, loss) => ({ ...recipe, train: { ...recipe.train, loss } });

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
 * @param {Hyperparams} hyper
 * @returns {Recipe}
 */
export function recipeWithChanges(description, recipe, hyper) {
  const moved = Object.entries(hyper).filter(([name]) => Object.hasOwn(description.ranges, name));
  const changed = { ...recipe, train: { ...recipe.train, ...Object.fromEntries(moved) } };
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
