// What a visitor has given, as a list of files: those in a .zip too. Nothing is read yet but the lists of .zip files.

/** @import { Given, PictureFile } from "./given.js" */

import { sortNaturally } from "./labels.js";
import { filesInZip } from "./zip.js";

/** @param {PictureFile} file @returns {boolean} whether a part of its path begins with a dot, or macOS has added it */
const isHidden = ({ name }) => name.split("/").some((part) => part.startsWith(".") || part === "__MACOSX");

/** @param {Given} given @returns {Promise<PictureFile[]>} the file; of a .zip, the files in it */
async function unwrap({ name, file }) {
  if (!name.toLowerCase().endsWith(".zip")) return [{ name, size: file.size, open: async () => file }];
  try {
    const within = await filesInZip(file);
    return within.map((each) => ({ ...each, name: `${name.slice(0, -4)}/${each.name}` }));
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}.`);
  }
}

/**
 * @param {Given[]} given
 * @returns {Promise<PictureFile[]>} all that are not hidden, in the natural order of their names
 * @throws {Error} one line: a .zip is damaged.
 */
export async function listFiles(given) {
  const found = (await Promise.all(given.map(unwrap))).flat();
  const shown = found.filter((file) => !isHidden(file));
  return sortNaturally(shown, ({ name }) => name);
}
