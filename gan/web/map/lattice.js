// A plane of the latent space, with pictures at the corners of a lattice that fills the view.

/** @import { Page } from "../shared/page.js" */
/** @import { Plane } from "./planes.js" */
/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Place, Viewport } from "./viewport.js" */

import { MAX_SHIFT } from "../shared/state.js";

const CELL = 46; // pixels of a picture

/**
 * @param {Page} page
 * @param {HTMLCanvasElement} canvas
 * @param {() => Viewport} view
 * @param {() => Plane} planeOf the plane that the state asks for
 * @param {() => boolean} isShown
 * @param {(tiles: Tiles) => void} onPictures follows when the pictures are there
 * @returns {Surface}
 */
export function createLattice(page, canvas, view, planeOf, isShown, onPictures) {
  /** @type {(Tiles & {key: string, step: number}) | null} */
  let tiles = null;

  /** The corners in sight of a lattice of this step. @param {number} step @returns {Place[]} */
  function corners(step) {
    const [left, top] = view()
      .toMap(0, 0)
      .map((value) => Math.ceil(value / step));
    const [right, bottom] = view()
      .toMap(canvas.clientWidth, canvas.clientHeight)
      .map((value) => Math.floor(value / step));
    /** @type {Place[]} */
    const places = [];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) places.push([column * step, row * step]);
    }
    return places;
  }

  async function fill() {
    if (!canvas.clientWidth) return undefined; // the panel is closed
    const { model, state } = page;
    const plane = planeOf();
    const step = 2 ** Math.round(Math.log2(CELL / view().scale()[0]));
    const places = corners(step);
    const key = [model.id, step, places[0], places.at(-1), state.digit, plane.key].join();
    if (tiles?.key === key) return onPictures(tiles);
    const { z_dim } = model.config;
    const z = new Float32Array(places.length * z_dim);
    places.forEach((place, i) => {
      z.set(plane.z(place), i * z_dim);
    });
    const digits = new Array(places.length).fill(state.digit);
    const made = await page.engine.sheet({ model: model.id, z, digits, judged: true });
    if (!isShown() || page.entry.id !== model.id) return undefined;
    tiles = {
      key,
      step,
      places,
      pictures: made.pictures,
      digits: made.read ?? digits,
      scores: made.logits?.map((logit) => model.percentile(logit, state.digit)) ?? places.map(() => 50),
      drawn: places.length,
    };
    return onPictures(tiles);
  }

  return {
    units() {
      const side = Math.min(canvas.clientWidth, canvas.clientHeight) / MAX_SHIFT;
      return [side, side];
    },
    places: () => null,
    edge: () => MAX_SHIFT,
    tiles: () => tiles,
    fill,
    here() {
      const place = planeOf().here(page.state);
      return place && { place, exact: true };
    },
    corners: () => planeOf().corners,
    changeAt: (pixel) => planeOf().change(view().toMap(...pixel)),
    tileSize: () => 0.96 * (tiles?.step ?? 0) * view().scale()[0],
    stride: () => 0.1 * view().scale()[0],
    followsView: () => true,
  };
}
