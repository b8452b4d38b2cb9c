// The pictures of a set that are nearest to one picture: they show whether it is a copy.

const ROW = 28; // numbers after which a picture may be given up

/**
 * A picture is given up as soon as it is farther than all that are kept.
 * @param {Uint8Array} images [N · length], 0…255
 * @param {Uint8Array} picture [length]
 * @param {number} count
 * @param {number} [without] the number of a picture that is left out: of `picture` itself, where it is one of the set
 * @returns {{index: number, distance: number}[]} nearest first; distance: Euclidean, of the pixels, from 0 to 1 each
 */
export function nearestOf(images, picture, count, without = -1) {
  const { length } = picture;
  /** @type {{index: number, sum: number}[]} */
  const best = [];
  let limit = Infinity;
  for (let index = 0; index < images.length / length; index++) {
    if (index === without) continue;
    let sum = 0;
    for (let row = 0; row < length && sum < limit; row += ROW) {
      const [at, end] = [length * index, Math.min(row + ROW, length)];
      for (let i = row; i < end; i++) {
        const difference = images[at + i] - picture[i];
        sum += difference * difference;
      }
    }
    if (sum >= limit) continue;
    best.push({ sum, index });
    best.sort((a, b) => a.sum - b.sum);
    best.length = Math.min(best.length, count);
    if (best.length === count) limit = best[count - 1].sum;
  }
  return best.map(({ index, sum }) => ({ index, distance: Math.sqrt(sum) / 255 }));
}
