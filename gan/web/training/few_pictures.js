// What a small data set is trained with, and what it can come to: the rules of gan/training/few_pictures.py.

/** @import { Dataset } from "./batch.js" */

import { pictureLength } from "../engine/stages.js";

const FEW = 5000;
const TOO_FEW = 100;
const CHANGES = "colour,translation,cutout";
const SAMPLE = 100; // pictures, spread over the set, that are looked at
const PLAIN_LEVELS = 32; // a plain border: so many of its pixels are so near to its median
const PLAIN_SHARE = 0.8;

/** @param {Dataset} dataset @returns {number} pictures that it has now */
const countOf = (dataset) => dataset.images.length / pictureLength(dataset);

/**
 * The augmentation (TrainConfig.augment) that suits a data set. Photographs are flipped too, and nothing else: a letter that
 * is flipped is none.
 * @param {Dataset} dataset
 * @returns {string} "none" for FEW pictures or more
 */
export function suitableAugmentation(dataset) {
  if ((dataset.total ?? countOf(dataset)) >= FEW) return "none";
  return arePhotographs(dataset) ? `flip,${CHANGES}` : CHANGES;
}

/**
 * Whether the pictures are photographs: most of them fill their square up to the border. Where each class is called by one
 * character, the pictures are of characters, whatever their ground is.
 * @param {Dataset} dataset
 * @returns {boolean}
 */
function arePhotographs(dataset) {
  const { class_names } = dataset;
  if (class_names.length && class_names.every((name) => [...name].length === 1)) return false;
  const count = countOf(dataset);
  const looked = Math.min(SAMPLE, count);
  let plain = 0;
  for (let i = 0; i < looked; i++) {
    const place = looked > 1 ? Math.floor((i * (count - 1)) / (looked - 1)) : 0;
    if (hasPlainBorder(dataset, place)) plain++;
  }
  return plain / looked < 0.5;
}

/** @param {Dataset} dataset @param {number} place of the picture */
function hasPlainBorder(dataset, place) {
  const { images, channels, size: side = 28 } = dataset;
  const length = pictureLength(dataset);
  const picture = images.subarray(place * length, (place + 1) * length);
  const grey = (/** @type {number} */ row, /** @type {number} */ column) => {
    const first = (row * side + column) * channels;
    return picture.subarray(first, first + channels).reduce((sum, level) => sum + level, 0) / channels;
  };
  /** @type {number[]} the corners are in it twice, as in Python */
  const border = [];
  for (let i = 0; i < side; i++) border.push(grey(0, i), grey(side - 1, i), grey(i, 0), grey(i, side - 1));
  const sorted = [...border].sort((a, b) => a - b);
  const median = (sorted[2 * side - 1] + sorted[2 * side]) / 2;
  const near = border.filter((level) => Math.abs(level - median) < PLAIN_LEVELS);
  return near.length / border.length >= PLAIN_SHARE;
}

/**
 * What a person should know of a run on few pictures: whole sentences.
 * @param {Dataset} dataset
 * @param {string} augment TrainConfig.augment
 * @returns {string} "" if there is nothing to say
 */
export function remarksOn(dataset, augment) {
  const count = dataset.total ?? countOf(dataset);
  const told = [];
  if (count < FEW && augment !== "none")
    told.push(
      `${count.toLocaleString("en")} pictures are few, so D sees real and fake alike changed at random: ${augment.replaceAll(",", ", ")}.`,
    );
  if (count < TOO_FEW)
    told.push(`With ${count} pictures it can only learn to copy them; give it ${TOO_FEW} or more.`);
  return told.join(" ");
}
