// Classes: their order and their numbers (gan/data/labels.py).

/** @param {string} name @returns {(bigint | string)[]} its texts and numbers in turn: "a10b" -> "a", 10n, "b" */
const pieces = (name) =>
  name
    .toLowerCase()
    .split(/([0-9]+)/)
    .map((piece, i) => (i % 2 ? BigInt(piece) : piece));

/** @template T @param {T} a @param {T} b */
const order = (a, b) => (a < b ? -1 : Number(a > b));

/**
 * Sorts names as people do: numbers by their value ("2" before "10"), then letters.
 * @param {string} a
 * @param {string} b
 * @returns {number} below 0: a comes first
 */
export function compareNatural(a, b) {
  const [left, right] = [pieces(a), pieces(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const found = order(left[i], right[i]);
    if (found) return found;
  }
  return left.length - right.length || order(a, b);
}

/**
 * Numbers 0, 1, … for the classes of pictures, in natural order. Only classes that occur are classes.
 * @param {string[]} values the class of each picture, [N]
 * @returns {{labels: Uint8Array, class_names: string[]}} labels: [N]; there may be 256 classes at most
 */
export function numberClasses(values) {
  const class_names = [...new Set(values)].sort(compareNatural);
  const numbers = new Map(class_names.map((name, i) => [name, i]));
  return { labels: Uint8Array.from(values, (value) => numbers.get(value) ?? 0), class_names };
}
