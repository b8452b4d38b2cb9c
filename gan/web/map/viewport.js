// What of a map is in sight: where its places lie on the canvas, and how far one may zoom and shift.

const FEW = 20; // places that stay in sight, so that nobody gets lost
const [FARTHEST, NEAREST] = [0.8, 40]; // zooms
const PULL = 0.4; // of its way to where it is wanted that a place comes with each zoom
const STEP = 1.1; // by which a zoom that asks for too much is taken back
const MARGIN = 0.46; // of the canvas, from its middle to a place at 1, at zoom 1

// units(): pixels of MARGIN, across and down. places(): what must stay in sight, or null where every place is one.
// edge(): how far from the middle there is something.
export function createViewport(canvas, { units, places, edge }) {
  let at = { x: 0, y: 0, zoom: 1 }; // what is in the middle, and how large

  const middle = () => [canvas.clientWidth / 2, canvas.clientHeight / 2];
  const scale = () => units().map((unit) => MARGIN * at.zoom * unit);

  function toScreen([x, y]) {
    const [[across, down], [left, top]] = [scale(), middle()];
    return [left + (x - at.x) * across, top + (y - at.y) * down];
  }

  function toMap(x, y) {
    const [[across, down], [left, top]] = [scale(), middle()];
    return [(x - left) / across + at.x, (y - top) / down + at.y];
  }

  // The number of the place that is nearest to a pixel.
  function nearest(x, y) {
    const distances = places().map((place) => {
      const [a, b] = toScreen(place);
      return (a - x) ** 2 + (b - y) ** 2;
    });
    return distances.reduce((best, distance, i) => (distance < distances[best] ? i : best), 0);
  }

  const isIn = ([x, y]) => x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight;
  const inSight = () => places().filter((place) => isIn(toScreen(place))).length;

  // Brings a place of the map to a pixel, at a zoom.
  function put(place, [x, y], zoom) {
    at = { ...at, zoom };
    const [[across, down], [left, top]] = [scale(), middle()];
    at = { zoom, x: place[0] - (x - left) / across, y: place[1] - (y - top) / down };
  }

  // By a factor. Nearer: about the place that is nearest to a pixel, and comes towards pixel `to`; as far as FEW
  // others stay in sight. Farther: about the pixel, until the whole map is there again.
  function zoom(factor, pixel, to = pixel) {
    const before = at;
    const known = factor > 1 && places();
    const place = known ? known[nearest(...pixel)] : toMap(...pixel);
    const from = known ? toScreen(place) : pixel;
    const target = from.map((value, i) => value + PULL * (to[i] - value));
    let next = Math.max(FARTHEST, Math.min(NEAREST, at.zoom * factor));
    put(place, target, next);
    while (known && inSight() < FEW && (next /= STEP) > before.zoom) put(place, target, next);
    if (known && next <= before.zoom) at = before;
    if (at.zoom <= 1) at = { x: 0, y: 0, zoom: at.zoom };
  }

  // By pixels, as long as there is something to see.
  function shift(x, y) {
    const before = at;
    const [across, down] = scale();
    const held = (value) => Math.max(-edge(), Math.min(edge(), value));
    at = { ...at, x: held(at.x - x / across), y: held(at.y - y / down) };
    if (places() && inSight() < FEW) at = before;
  }

  return {
    middle,
    scale,
    toScreen,
    toMap,
    nearest,
    isIn,
    zoom,
    shift,
    reset: () => (at = { x: 0, y: 0, zoom: 1 }),
    get magnification() {
      return at.zoom;
    },
    get isWhole() {
      return at.zoom === 1 && !at.x && !at.y;
    },
  };
}
