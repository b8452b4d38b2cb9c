// Random numbers that follow from a seed: the same in every browser, so that a link can name a game.

/**
 * @typedef {object} Random
 * @property {() => number} uniform a number in 0…1, 1 excluded
 * @property {() => number} normal a number drawn from N(0, 1)
 * @property {(count: number) => number} below a whole number in 0…count − 1
 * @property {<Item>(items: Item[]) => Item[]} shuffle a copy in random order
 */

/**
 * Mulberry32 (Tommy Ettinger 2017): 32 bits of state, which is enough for games. The same function makes whole
 * numbers, and normal numbers by Box and Muller (1958).
 * @param {number} seed a whole number
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed | 0;

  function uniform() {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @param {number} count */
  const below = (count) => Math.floor(uniform() * count);

  return {
    uniform,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(items) {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [copy[i], copy[j]] = [copy[j], copy[i]];
      }
      return copy;
    },
  };
}
