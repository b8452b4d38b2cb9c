// What a small data set is trained with, and what it can come to: the rules of gan/training/few_pictures.py.

/** @import { TrainingSet } from "./batch.js" */

import { isPlain, sampleInGrey } from "./drawings.js";
import { countOf } from "./packed.js";

const FEW = 5000;
const TOO_FEW = 100;
const CHANGES = "colour,translation,cutout";

/**
 * The augmentation (TrainConfig.augment) that suits a data set. Photographs are flipped too, and nothing else: a letter that
 * is flipped is none.
 * @param {TrainingSet} dataset
 * @returns {string} "none" for FEW pictures or more
 */
export function suitableAugmentation(dataset) {
  if ((dataset.total ?? countOf(dataset)) >= FEW) return "none";
  return arePhotographs(dataset) ? `flip,${CHANGES}` : CHANGES;
}

/**
 * Whether the pictures are photographs: most of them fill their square up to the border. Where each class is called by one
 * character, the pictures are of characters, whatever their ground is.
 * @param {TrainingSet} dataset
 * @returns {boolean}
 */
function arePhotographs(dataset) {
  const { class_names } = dataset;
  if (class_names.length && class_names.every((name) => [...name].length === 1)) return false;
  const sample = sampleInGrey(dataset);
  return sample.filter(({ border }) => isPlain(border)).length / sample.length < 0.5;
}

/** @param {number} count pictures @returns {string} a sentence, where they are too few to learn from; else "" */
export const copyWarning = (count) => {
  if (count >= TOO_FEW) return "";
  const [given, them] = count === 1 ? ["1 picture", "it"] : [`${count} pictures`, "them"];
  return `With ${given} it can only learn to copy ${them}; give it ${TOO_FEW} or more.`;
};

/**
 * What a person should know of a run on few pictures: whole sentences.
 * @param {TrainingSet} dataset
 * @param {string} augment TrainConfig.augment
 * @returns {string} "" if there is nothing to say
 */
export function remarksOn(dataset, augment) {
  const count = dataset.total ?? countOf(dataset);
  const told = [];
  const given = count === 1 ? "1 picture is" : `${count.toLocaleString("en")} pictures are`;
  if (count < FEW && augment !== "none")
    told.push(
      `${given} few, so D sees real and fake alike changed at random: ${augment.replaceAll(",", ", ")}.`,
    );
  return [...told, copyWarning(count)].filter(Boolean).join(" ");
}
