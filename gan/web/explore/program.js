// A picture as a program that draws it, and the name of its file.

/** @import { Moves } from "../engine/latents.js" */
/** @import { Latent, ModelEntry, State } from "../shared/state.js" */
/** @import { Subject } from "../shared/subject.js" */

import { editsFrom } from "../engine/latents.js";
import { SOURCES } from "../shared/state.js";
import { nameOfOne } from "../shared/subject.js";

/** @param {Moves} moves @returns {string} "0: 1.5, 3: -1" */
const pairs = (moves) =>
  Object.entries(moves)
    .filter(([, move]) => move)
    .map(([i, move]) => `${i}: ${move}`)
    .join(", ");

/**
 * A program that draws the same picture with this package. The directions of a quick latent map are in no file:
 * where they led is said axis by axis.
 * @param {Latent} latent
 * @param {ModelEntry} model
 * @param {Float32Array} z the latent's
 * @param {Subject} subject what the model makes
 * @returns {string}
 */
export function asPython(latent, model, z, subject) {
  if (model.isLive && pairs(latent.shifts)) {
    latent = { ...latent, truncation: 1, shifts: {}, edits: editsFrom(latent.seed, z) };
  }
  const options = [`seed=${latent.seed}`];
  if (latent.truncation !== 1) options.push(`truncation=${latent.truncation}`);
  if (pairs(latent.shifts)) options.push(`shifts={${pairs(latent.shifts)}}`);
  if (pairs(latent.edits)) options.push(`edits={${pairs(latent.edits)}}`);
  const name = nameOfOne(subject, latent.digit);
  return `from gan.exploring.explorer import Explorer
from gan.networks import images

explorer = Explorer(${JSON.stringify(model.path)})
z = explorer.latent(${options.join(", ")})
picture = explorer.generate(z${model.classes ? `, label=${JSON.stringify(name)}` : ""})[0]  # uint8 [H, W, channels]
images.to_pil(picture, 280).save("${subject.singular.replaceAll(" ", "-")}.png")
`;
}

/**
 * @param {State} state
 * @param {Subject} subject
 * @returns {string} of a picture's file: "forger-3-seed7.png", or "forger-ankle-boot-seed7.png"
 */
export function nameOf({ view, seed, digit, source }, { classes }) {
  if (view === "morph") return "forger-morph.png";
  const from = source ? SOURCES[source].seed : `seed${seed}`;
  const name = (classes[digit] ?? "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return ["forger", name, `${from}.png`].filter(Boolean).join("-");
}
