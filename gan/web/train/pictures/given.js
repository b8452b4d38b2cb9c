// What a visitor drops on the page or chooses in a dialog: files, with their places below the folder that was given.

/** @typedef {{name: string, file: File}} Given name: its path, with "/" between the parts */

/**
 * A file that can be read.
 * @typedef {object} PictureFile
 * @property {string} name its path below what was given, with "/" between the parts
 * @property {number} size bytes, unpacked
 * @property {() => Promise<Blob>} open throws an Error of one line
 */

/** @param {Iterable<File>} files of a dialog, or dropped without a folder @returns {Given[]} */
export const chosenIn = (files) =>
  [...files].map((file) => ({ name: file.webkitRelativePath || file.name, file }));

/** @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} the next entries; [] at the end */
const nextEntries = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/** @param {FileSystemEntry} entry @returns {Promise<Given[]>} */
async function filesIn(entry) {
  if (entry.isFile) {
    const { file } = /** @type {FileSystemFileEntry} */ (entry);
    const opened = await new Promise((resolve, reject) => file.call(entry, resolve, reject));
    return [{ name: entry.fullPath.replace(/^\//, ""), file: opened }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const found = [];
  for (let entries = await nextEntries(reader); entries.length; entries = await nextEntries(reader)) {
    found.push(...(await Promise.all(entries.map(filesIn))).flat());
  }
  return found;
}

/**
 * @param {DataTransfer} dropped of the event, which forgets it when it is over: so this must be called at once
 * @returns {Promise<Given[]>}
 * @throws {Error} one line: a folder cannot be read.
 */
export async function droppedIn({ items, files }) {
  const entries = [...items]
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry) => entry !== null);
  if (!entries.length) return chosenIn(files);
  try {
    return (await Promise.all(entries.map(filesIn))).flat();
  } catch {
    throw new Error("The browser cannot read this folder; choose it with the button instead.");
  }
}
