// Which files are taken for pictures, by their endings, and what is said of those that are not.

/** Kinds that every current browser decodes. */
const PICTURES = new Set(".png .apng .jpg .jpeg .jpe .jfif .bmp .dib .gif .webp .avif .ico".split(" "));

const TO_JPEG = "save them as JPEG or PNG first";
const OF_PYTHON = "python train.py --dataset FOLDER reads them";
const UNPACK = "unpack it first, or pack it as .zip";

/** Endings of files that hold pictures which a page cannot decode -> what to do. @type {Record<string, string>} */
const ADVICE = {
  ...Object.fromEntries(
    ".heic .heif .jxl .svg .cr2 .cr3 .nef .arw .dng .raf .psd".split(" ").map((ending) => [ending, TO_JPEG]),
  ),
  ...Object.fromEntries(
    ".tif .tiff .tga .pcx .ppm .pgm .pbm .jp2 .npz .npy .parquet .csv"
      .split(" ")
      .map((ending) => [ending, OF_PYTHON]),
  ),
  ".zip": "take it out of the other .zip first",
  ...Object.fromEntries(".tar .gz .tgz .bz2 .xz .rar .7z".split(" ").map((ending) => [ending, UNPACK])),
};

/** @param {string} name of a file @returns {string} its last ending in small letters, with its dot; "": none */
export const endingOf = (name) => name.toLowerCase().match(/[^/](\.[^./]+)$/)?.[1] ?? "";

/** @param {string} name of a file @returns {boolean} whether it is decoded */
export const isPicture = (name) => PICTURES.has(endingOf(name));

/** @param {string} name of a file @returns {boolean} whether it holds pictures that are not read here */
export const isOther = (name) => Object.hasOwn(ADVICE, endingOf(name));

/**
 * Why there is no picture in these files, and what to do with the commonest of them.
 * @param {string[]} names
 * @returns {string} one line
 */
export function nothingToRead(names) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const name of names.filter(isOther)) counts.set(endingOf(name), (counts.get(endingOf(name)) ?? 0) + 1);
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1]);
  if (!commonest) return "No pictures there; expected a folder or a .zip of PNG, JPEG, GIF or WebP files.";
  const [ending, count] = commonest;
  return `No pictures that this page can read, but ${count.toLocaleString("en")} ${ending}: ${ADVICE[ending]}.`;
}
