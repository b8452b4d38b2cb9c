// A plane of the latent space, with pictures at the corners of a lattice that fills the view.

/** @import { Page } from "../shared/page.js" */
/** @import { Plane } from "./planes.js" */
/** @import { Surface, Tiles } from "./surface.js" */
/** @import { Position, Viewport } from "./viewport.js" */

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

  /** The corners in sight of a lattice of this step. @param {number} step @returns {Position[]} */
  function corners(step) {
    const [left, top] = view()
      .toMap(0, 0)
      .map((value) => Math.ceil(value / step));
    const [right, bottom] = view()
      .toMap(canvas.clientWidth, canvas.clientHeight)
      .map((value) => Math.floor(value / step));
    /** @type {Position[]} */
    const positions = [];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) positions.push([column * step, row * step]);
    }
    return positions;
  }

  async function fill() {
    if (!canvas.clientWidth) return undefined; // the panel is closed
    const { model, state } = page;
    const plane = planeOf();
    const step = 2 ** Math.round(Math.log2(CELL / view().scale()[0]));
    const positions = corners(step);
    const key = [model.id, step, positions[0], positions.at(-1), state.digit, plane.key].join();
    if (tiles?.key === key) return onPictures(tiles);
    const { z_dim } = model.config;
    const z = new Float32Array(positions.length * z_dim);
    positions.forEach((position, i) => {
      z.set(plane.z(position), i * z_dim);
    });
    const digits = new Array(positions.length).fill(state.digit);
    const made = await page.engine.sheet({ model: model.id, z, digits, with_scores: true });
    if (!isShown() || page.entry.id !== model.id) return undefined;
    tiles = {
      key,
      step,
      positions,
      pictures: made.pictures,
      digits: made.read ?? digits,
      scores: made.logits?.map((logit) => model.percentile(logit, state.digit)) ?? positions.map(() => 50),
      drawn: positions.length,
    };
    return onPictures(tiles);
  }

  return {
    units() {
      const side = Math.min(canvas.clientWidth, canvas.clientHeight) / MAX_SHIFT;
      return [side, side];
    },
    positions: () => null,
    edge: () => MAX_SHIFT,
    tiles: () => tiles,
    fill,
    here() {
      const position = planeOf().here(page.state);
      return position && { position, exact: true };
    },
    corners: () => planeOf().corners,
    changeAt: (pixel) => planeOf().change(view().toMap(...pixel)),
    tileSize: () => 0.96 * (tiles?.step ?? 0) * view().scale()[0],
    stride: () => 0.1 * view().scale()[0],
    followsView: () => true,
  };
}
