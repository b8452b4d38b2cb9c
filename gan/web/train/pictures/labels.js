// Classes: their order and their numbers (gan/data/labels.py).

/** @param {string} name @returns {(bigint | string)[]} its texts and numbers in turn: "a10b" -> "a", 10n, "b" */
const pieces = (name) =>
  name
    .toLowerCase()
    .split(/([0-9]+)/)
    .map((piece, i) => (i % 2 ? BigInt(piece) : piece));

/** @template T @param {T} a @param {T} b */
const order = (a, b) => (a < b ? -1 : Number(a > b));

/** @param {(bigint | string)[]} left @param {(bigint | string)[]} right */
function orderOfPieces(left, right) {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const found = order(left[i], right[i]);
    if (found) return found;
  }
  return left.length - right.length;
}

/**
 * Sorts as people do: numbers by their value ("2" before "10"), then letters.
 * @template T
 * @param {T[]} things
 * @param {(thing: T) => string} nameOf
 * @returns {T[]}
 */
export function sortNaturally(things, nameOf) {
  const named = things.map((thing) => ({ thing, name: nameOf(thing), key: pieces(nameOf(thing)) }));
  named.sort((a, b) => orderOfPieces(a.key, b.key) || order(a.name, b.name));
  return named.map(({ thing }) => thing);
}

/** @param {string} name of a class @returns {string} in one line, and as Unicode composes it: macOS writes が as か and a mark */
export const plain = (name) => name.normalize("NFC").split(/\s+/).filter(Boolean).join(" ") || name;

/**
 * Numbers 0, 1, … for the classes of pictures, in natural order. Only classes that occur are classes.
 * @param {string[]} values the class of each picture, [N]
 * @returns {{labels: Uint8Array, class_names: string[]}} labels: [N]; there may be 256 classes at most
 */
export function numberClasses(values) {
  const class_names = sortNaturally([...new Set(values)], (name) => name);
  const numbers = new Map(class_names.map((name, i) => [name, i]));
  return { labels: Uint8Array.from(values, (value) => numbers.get(value) ?? 0), class_names };
}

/**
 * An order of pictures in which their classes take turns: a run shows its first ones, and these are then of all classes.
 * @param {number[]} pictures their numbers
 * @param {string[] | null} values the class of each picture; null: there are no classes
 * @returns {number[]} the same numbers
 */
export function inTurn(pictures, values) {
  if (!values) return pictures;
  /** @type {Map<string, number>} how many of a class came before */
  const before = new Map();
  const rounds = pictures.map((i) => {
    const round = before.get(values[i]) ?? 0;
    before.set(values[i], round + 1);
    return { i, round };
  });
  return rounds.sort((a, b) => a.round - b.round).map(({ i }) => i);
}
