// What of a map is in sight: where its positions lie on the canvas, and how far one may zoom and shift.

/** @typedef {[number, number]} Position on a map: across, and down */
/** @typedef {[number, number]} Pixel of the canvas */

/**
 * What a viewport must know of a map.
 * @typedef {object} Extent
 * @property {() => [number, number]} units pixels of MARGIN, across and down
 * @property {() => Position[] | null} positions what must stay in sight; null where every position is one
 * @property {() => number} edge how far from the middle there is something
 */

/** @typedef {ReturnType<typeof createViewport>} Viewport */

const MIN_IN_SIGHT = 20; // positions that stay in sight, so that nobody gets lost
const [MIN_ZOOM, MAX_ZOOM] = [0.8, 40];
const PULL = 0.4; // of its way to where it is wanted that a position comes with each zoom
const STEP = 1.1; // by which a zoom that asks for too much is taken back
const MARGIN = 0.46; // of the canvas, from its middle to a position at 1, at zoom 1

/**
 * @param {Pick<HTMLCanvasElement, "clientWidth" | "clientHeight">} canvas
 * @param {Extent} extent
 */
export function createViewport(canvas, { units, positions, edge }) {
  let at = { x: 0, y: 0, zoom: 1 }; // what is in the middle, and how large

  /** @returns {Pixel} */
  const middle = () => [canvas.clientWidth / 2, canvas.clientHeight / 2];

  /** Pixels of 1 on the map, across and down. @returns {[number, number]} */
  function scale() {
    const [across, down] = units();
    return [MARGIN * at.zoom * across, MARGIN * at.zoom * down];
  }

  /** `toScreen` as it is now: to be asked once for many positions. @returns {(position: Position) => Pixel} */
  function projection() {
    const [[across, down], [left, top]] = [scale(), middle()];
    const { x, y } = at;
    return (position) => [left + (position[0] - x) * across, top + (position[1] - y) * down];
  }

  /** @param {Position} position @returns {Pixel} */
  const toScreen = (position) => projection()(position);

  /** @param {number} x @param {number} y @returns {Position} */
  function toMap(x, y) {
    const [[across, down], [left, top]] = [scale(), middle()];
    return [(x - left) / across + at.x, (y - top) / down + at.y];
  }

  /** @param {number} x @param {number} y @returns {number} the number of the position that is nearest to a pixel */
  function nearest(x, y) {
    const project = projection();
    let [best, least] = [0, Infinity];
    (positions() ?? []).forEach((position, i) => {
      const [a, b] = project(position);
      const distance = (a - x) ** 2 + (b - y) ** 2;
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }

  /** @param {Pixel} pixel @returns {boolean} */
  const isIn = ([x, y]) => x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight;

  /** @param {Position[]} known @returns {boolean} */
  function isLost(known) {
    const project = projection();
    return known.filter((position) => isIn(project(position))).length < MIN_IN_SIGHT;
  }

  /**
   * Brings a position of the map to a pixel, at a zoom.
   * @param {Position} position
   * @param {Pixel} pixel
   * @param {number} zoom
   */
  function put(position, [x, y], zoom) {
    at = { ...at, zoom };
    const [[across, down], [left, top]] = [scale(), middle()];
    at = { zoom, x: position[0] - (x - left) / across, y: position[1] - (y - top) / down };
  }

  /**
   * Nearer: about the position that is nearest to a pixel, and comes towards pixel `to`; as far as MIN_IN_SIGHT positions
   * stay in sight. Farther: about the pixel, until the whole map is there again.
   * @param {number} factor
   * @param {Pixel} pixel
   * @param {Pixel} [to]
   */
  function zoom(factor, pixel, to = pixel) {
    const before = at;
    const known = factor > 1 ? positions() : null;
    const position = known ? known[nearest(...pixel)] : toMap(...pixel);
    const from = known ? toScreen(position) : pixel;
    /** @type {Pixel} */
    const target = [from[0] + PULL * (to[0] - from[0]), from[1] + PULL * (to[1] - from[1])];
    let next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, at.zoom * factor));
    put(position, target, next);
    while (known && isLost(known)) {
      next /= STEP;
      if (next <= before.zoom) break;
      put(position, target, next);
    }
    if (known && next <= before.zoom) at = before;
    if (at.zoom <= 1) at = { x: 0, y: 0, zoom: at.zoom };
  }

  /** As long as there is something to see. @param {number} x pixels @param {number} y */
  function shift(x, y) {
    const before = at;
    const [across, down] = scale();
    /** @param {number} value */
    const held = (value) => Math.max(-edge(), Math.min(edge(), value));
    at = { ...at, x: held(at.x - x / across), y: held(at.y - y / down) };
    const known = positions();
    if (known && isLost(known)) at = before;
  }

  return {
    middle,
    scale,
    projection,
    toScreen,
    toMap,
    nearest,
    isIn,
    zoom,
    shift,
    reset() {
      at = { x: 0, y: 0, zoom: 1 };
    },
    get magnification() {
      return at.zoom;
    },
    get isWhole() {
      return at.zoom === 1 && !at.x && !at.y;
    },
  };
}
