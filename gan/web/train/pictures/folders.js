// Which folders of pictures are splits, and which are classes (gan/data/folders.py).

/** @import { PictureFile } from "./given.js" */

import { endingOf, isOther, isPicture } from "./kinds.js";
import { plain } from "./labels.js";

const TRAIN = ["train", "training"];
const SPLITS = [...TRAIN, "val", "valid", "validation", "dev", "test", "testing", "t10k"];
const MAX_CLASSES = 256; // a label is one byte

/** A picture, and the parts of its path below the folder that matters. @typedef {{path: string[], file: PictureFile}} Placed */

/**
 * Pictures that are still to be decoded.
 * @typedef {object} Listed
 * @property {PictureFile[]} files
 * @property {string[] | null} values the class of each, [N]; null: there are no classes
 * @property {Record<string, number>} leftOut endings of files that hold pictures and are not read -> how many
 * @property {string[]} remarks what a person should know of how they were found
 */

/** @param {string} name of a folder */
const isSplit = (name) => SPLITS.includes(name.toLowerCase());

/** @param {Placed[]} placed @returns {Placed[]} the same without the folders that hold nothing but one folder */
function unwrap(placed) {
  let found = placed;
  while (
    found.length &&
    found.every(({ path }) => path.length > 1) &&
    new Set(found.map(({ path }) => path[0])).size === 1
  ) {
    found = found.map(({ path, file }) => ({ path: path.slice(1), file }));
  }
  return found;
}

/** @param {Placed[]} placed @returns {{folders: Set<string>, beside: string[]}} the sub-folders, and what lies beside them */
const look = (placed) => ({
  folders: new Set(placed.filter(({ path }) => path.length > 1).map(({ path }) => path[0])),
  beside: placed.filter(({ path }) => path.length === 1).map(({ path }) => path[0]),
});

/**
 * The pictures to train on. If the sub-folders are called train and test (or val), they are splits, and only the first is
 * taken. If all pictures lie in sub-folders, and there are two or more of these, they are the classes.
 * @param {PictureFile[]} files
 * @returns {Listed}
 */
export function listPictures(files) {
  /** @type {Record<string, number>} */
  const leftOut = {};
  for (const { name } of files.filter(({ name }) => isOther(name))) {
    leftOut[endingOf(name)] = (leftOut[endingOf(name)] ?? 0) + 1;
  }
  const pictures = files.filter(({ name }) => isPicture(name));
  let placed = unwrap(pictures.map((file) => ({ path: file.name.split("/"), file })));
  const remarks = [];
  const above = look(placed);
  const splits = [...above.folders];
  if (
    splits.length > 1 &&
    splits.every(isSplit) &&
    splits.some((name) => TRAIN.includes(name.toLowerCase()))
  ) {
    const inTrain = placed.filter(({ path }) => path.length > 1 && TRAIN.includes(path[0].toLowerCase()));
    if (above.beside.length) remarks.push(`${above.beside.length} beside the splits are left out`);
    remarks.push(
      `${placed.length - inTrain.length - above.beside.length} of other splits are not trained on`,
    );
    placed = unwrap(inTrain.map(({ path, file }) => ({ path: path.slice(1), file })));
  }
  const { folders, beside } = look(placed);
  if (folders.size > 1 && beside.length) {
    remarks.push(`no classes, because ${beside[0]} lies beside the sub-folders`);
  }
  if (folders.size > MAX_CLASSES)
    remarks.push(`no classes, because ${folders.size} sub-folders are too many`);
  const hasClasses = folders.size > 1 && folders.size <= MAX_CLASSES && !beside.length;
  return {
    files: placed.map(({ file }) => file),
    values: hasClasses ? placed.map(({ path }) => plain(path[0])) : null,
    leftOut,
    remarks,
  };
}
