// The panel of the latent space as a map: a chart of some thousands of seeds, where alike lies beside
// alike, or a plane, of two directions or through three seeds. Dragging moves z.

import { createAtlas } from "./atlas.js";
import { onGestures } from "./gestures.js";
import { MAX_SEED } from "../engine/latents.js";
import { make, tint } from "../shared/paint.js";
import { REACH, ofDirections, throughSeeds } from "./planes.js";
import { createViewport } from "./viewport.js";

const COLOURS = [
  "#d9512f",
  "#3f7fbf",
  "#c99a1c",
  "#2f9c6a",
  "#8a5fc4",
  "#d0649b",
  "#3aa3a8",
  "#8f6f4a",
  "#7d9a35",
  "#5f6b8c",
];
const [LOW, HIGH] = [
  [120, 128, 140],
  [217, 81, 47],
]; // D's scores from 0 to 100
const COLUMNS = 50; // pictures in a row of the sheet of thumbnails
const CELL = 46; // pixels of a picture on the plane

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const ofScore = (score) => LOW.map((low, i) => low + ((HIGH[i] - low) * score) / 100);

export function createMap(root, page) {
  const find = (selector) => root.querySelector(selector);
  const canvas = find(".chart-of-z");
  const context = canvas.getContext("2d");
  const corners = [...root.querySelectorAll(".plane-seeds input")];
  const atlas = createAtlas(page);
  let tiles; // of the plane: {pictures, places, digits, scores, key}
  let sheet; // coloured thumbnails, as a canvas
  let seedsPlane; // the last plane through seeds
  let frame = 0;
  let moved = false; // by hand, on this map: who has done that knows what the frame is

  const isPlane = () => !find(".chart-mode").checked;
  const byScore = () => find(".by-score").checked;
  const points = () => (isPlane() ? tiles : atlas.current());
  const view = createViewport(canvas, {
    // A chart may be stretched: only who is whose neighbour means anything.
    units() {
      const sides = [canvas.clientWidth, canvas.clientHeight];
      return isPlane() ? sides.map(() => Math.min(...sides) / REACH) : sides;
    },
    places: () => (isPlane() ? null : atlas.current()?.places),
    edge: () => (isPlane() ? REACH : 1),
  });

  // --- Where things are ------------------------------------------------------------------------

  // The plane that is shown.
  function surface() {
    if (find(".plane-mode").checked)
      return ofDirections(page, Number(find(".across").value), Number(find(".down").value));
    const seeds = corners.map(({ value }) => Number(value));
    if (seedsPlane?.key !== seeds.join()) seedsPlane = throughSeeds(page, seeds);
    return seedsPlane;
  }

  // Where z is on this map: {place, exact}; or null.
  function here() {
    if (!isPlane()) return atlas.here();
    const place = surface().here(page.state);
    return place && { place, exact: true };
  }

  // --- Drawing ---------------------------------------------------------------------------------

  function redraw() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      paintMap();
    });
  }

  function paintMap() {
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const shown = points();
    if (!shown) return;
    const size = isPlane()
      ? 0.96 * tiles.step * view.scale()[0]
      : Math.min(112, 15 * view.magnification ** 0.62);
    shown.places.forEach((place, i) => {
      const [x, y] = view.toScreen(place);
      if (x < -size || y < -size || x > width + size || y > height + size) return;
      if (sheet && i < shown.drawn) {
        context.drawImage(
          sheet,
          28 * (i % COLUMNS),
          28 * Math.floor(i / COLUMNS),
          28,
          28,
          x - size / 2,
          y - size / 2,
          size,
          size,
        );
      } else {
        context.fillStyle = byScore() ? `rgb(${ofScore(shown.scores[i])})` : COLOURS[shown.digits[i]];
        context.fillRect(x - 1.5, y - 1.5, 3, 3);
      }
    });
    if (isPlane())
      for (const { place, seed } of surface().corners)
        write(view.toScreen(place), [
          ["●", 4],
          [`seed ${seed}`, 20],
        ]);
    mark(Math.max(size, 22));
    find(".whole").disabled = view.isWhole;
  }

  // Words on the map: [text, pixels below the place].
  function write([x, y], lines) {
    const style = getComputedStyle(root);
    context.font = "600 12px ui-sans-serif, system-ui, sans-serif";
    context.textAlign = "center";
    context.lineWidth = 4;
    context.strokeStyle = style.getPropertyValue("--plate");
    context.fillStyle = style.getPropertyValue("--body-text-color");
    for (const [text, below] of lines) {
      const room = context.measureText(text).width / 2 + 4;
      const at = [Math.max(room, Math.min(canvas.clientWidth - room, x)), y + below];
      context.strokeText(text, ...at);
      context.fillText(text, ...at);
    }
  }

  function mark(size) {
    const now = here();
    if (!now) return;
    const [x, y] = view.toScreen(now.place);
    context.lineWidth = 2.5;
    context.strokeStyle = getComputedStyle(root).getPropertyValue("--body-text-color");
    context.setLineDash(now.exact ? [] : [5, 4]);
    context.strokeRect(x - size / 2 - 2, y - size / 2 - 2, size + 4, size + 4);
    context.setLineDash([]);
    if (!moved) write([x, y], [[now.exact ? "you are here" : "most like yours", size / 2 + 18]]);
  }

  // The thumbnails from number `start` on, in their colours.
  function colour(shown, start = 0) {
    if (!sheet || !start) {
      const rows = Math.ceil(shown.places.length / COLUMNS);
      sheet = Object.assign(document.createElement("canvas"), { width: 28 * COLUMNS, height: 28 * rows });
    }
    const target = sheet.getContext("2d");
    const size = 784 * page.model.config.channels;
    for (let i = start; i < shown.drawn; i++) {
      const hue = byScore() ? ofScore(shown.scores[i]) : rgb(COLOURS[shown.digits[i]]);
      const image = tint(shown.pictures.subarray(i * size, (i + 1) * size), hue);
      target.putImageData(image, 28 * (i % COLUMNS), 28 * Math.floor(i / COLUMNS));
    }
  }

  // --- The chart and the plane -------------------------------------------------------------------

  const chart = () =>
    atlas.fill((start) => {
      if (isPlane()) return;
      colour(atlas.current(), start);
      redraw();
    });

  // Pictures at the corners of a lattice that fills the view.
  async function plane() {
    const { id, state } = page;
    const shown = surface();
    const step = 2 ** Math.round(Math.log2(CELL / view.scale()[0]));
    const [left, top] = view.toMap(0, 0).map((value) => Math.ceil(value / step));
    const [right, bottom] = view
      .toMap(canvas.clientWidth, canvas.clientHeight)
      .map((value) => Math.floor(value / step));
    const key = [id, step, left, top, right, bottom, state.digit, shown.key].join();
    if (tiles?.key === key) return redraw();
    const places = [];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) places.push([column * step, row * step]);
    const size = page.model.config.z_dim;
    const z = new Float32Array(places.length * size);
    places.forEach((place, k) => z.set(shown.z(place), k * size));
    const digits = new Array(places.length).fill(state.digit);
    const made = await page.engine.sheet({ model: id, z, digits, judged: true });
    if (!isPlane() || page.id !== id) return;
    const scores = Array.from(made.logits ?? places, (logit) => (made.logits ? page.share(logit) : 50));
    tiles = {
      key,
      step,
      places,
      pictures: made.pictures,
      digits: made.read ?? digits,
      scores,
      drawn: places.length,
    };
    colour(tiles);
    redraw();
  }

  // --- Moving ----------------------------------------------------------------------------------

  function moveTo(x, y) {
    if (!isPlane() && !points()) return; // it is about to come
    moved = true;
    if (isPlane()) {
      page.change(surface().change(view.toMap(x, y)));
    } else {
      const seed = view.nearest(x, y);
      const { classes } = page.model.config;
      page.change({
        seed,
        digit: classes ? seed % classes : page.state.digit,
        truncation: 1,
        shifts: {},
        edits: {},
      });
    }
    redraw();
  }

  function zoom(...how) {
    view.zoom(...how);
    changed();
  }

  function shift(...way) {
    view.shift(...way);
    changed();
  }

  // By a button or a key: nearer to where z is, if that can be seen.
  function zoomHere(factor) {
    const now = here();
    const marked = now && view.toScreen(now.place);
    zoom(factor, marked && view.isIn(marked) && factor > 1 ? marked : view.middle(), view.middle());
  }

  let waiting;
  function changed() {
    redraw();
    clearTimeout(waiting);
    if (isPlane()) waiting = setTimeout(plane, 120);
  }

  function listen() {
    onGestures(canvas, { move: moveTo, shift, zoom: (factor, x, y) => zoom(factor, [x, y]) });
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (way) {
        const [x, y] = here() ? view.toScreen(here().place) : view.middle();
        const stride = isPlane() ? 0.1 * view.scale()[0] : 16;
        moveTo(x + stride * way[0], y + stride * way[1]);
      } else if (event.key === "+" || event.key === "=") zoomHere(1.6);
      else if (event.key === "-") zoomHere(1 / 1.6);
      else return;
      event.preventDefault();
    });
    find(".closer").addEventListener("click", () => zoomHere(1.6));
    find(".farther").addEventListener("click", () => zoomHere(1 / 1.6));
    find(".whole").addEventListener("click", () => become());
    for (const radio of root.querySelectorAll("[name=map]")) radio.addEventListener("change", become);
    for (const select of root.querySelectorAll("select")) select.addEventListener("change", () => changed());
    for (const corner of corners)
      corner.addEventListener("change", () => choose(corners.map(({ value }) => value)));
    find(".other-seeds").addEventListener("click", () =>
      choose(corners.map(() => Math.floor(Math.random() * 100_000))),
    );
    for (const radio of root.querySelectorAll("[name=hue]")) {
      radio.addEventListener("change", () => {
        if (points()) colour(points());
        find(".key").hidden = !byScore();
        redraw();
      });
    }
    new ResizeObserver(changed).observe(canvas);
  }

  // Seeds for the corners; what is none becomes the nearest that is.
  function choose(seeds) {
    corners.forEach(
      (corner, i) => (corner.value = Math.max(0, Math.min(MAX_SEED, Math.floor(seeds[i]) || 0))),
    );
    changed();
  }

  function become() {
    view.reset();
    find(".plane-axes").hidden = !find(".plane-mode").checked;
    find(".plane-seeds").hidden = !find(".seeds-mode").checked;
    if (!corners[0].value) choose([0, 1, 2].map((i) => page.state.seed + i));
    isPlane() ? plane() : chart();
  }

  listen();
  return {
    setUp() {
      tiles = sheet = seedsPlane = null;
      view.reset();
      const selects = [".across", ".down"].map(find);
      selects.forEach((select, i) => {
        select.replaceChildren();
        page.model.names.forEach(({ name }, number) => make(select, "option", { value: number }, name));
        select.value = i;
      });
    },
    synchronise(opens) {
      if (opens) moved = false;
      redraw();
    },
    // Called when the panel is opened, and after each rest.
    async rest() {
      await (isPlane() ? plane() : chart());
    },
  };
}
