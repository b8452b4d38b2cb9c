// What the chart and the planes have in common, as the map's panel knows them. No code.

/** @import { Latent } from "../shared/state.js" */
/** @import { Extent, Pixel, Position } from "./viewport.js" */

/**
 * Pictures at positions of a map.
 * @typedef {object} Tiles
 * @property {Position[]} positions
 * @property {ArrayLike<number>} digits the class of each
 * @property {ArrayLike<number>} scores D's score of each, 0…100
 * @property {Uint8Array} pictures [positions.length · size² · channels]
 * @property {number} drawn how many of them are there
 */

/**
 * A kind of map, on which the panel shows pictures and moves z.
 * @typedef {object} MoreThanExtent
 * @property {() => Tiles | null} tiles null: they are about to come
 * @property {() => Promise<void>} fill makes the pictures that are in sight and not there yet
 * @property {() => {position: Position, exact: boolean} | null} here where z is; exact: whether it is z itself that
 *   lies there
 * @property {() => {position: Position, seed: number}[]} corners seeds that are named on it
 * @property {(pixel: Pixel) => Partial<Latent> | null} changeAt the change of the state that leads to a pixel; null:
 *   the map is about to come
 * @property {() => number} tileSize of a picture, in pixels
 * @property {(arrow: [number, number]) => Pixel | null} next where an arrow key leads, from where z is; null: nothing
 *   lies further that way
 * @property {() => boolean} followsView whether other pictures are wanted after a zoom or a shift
 */

/** @typedef {Extent & MoreThanExtent} Surface */

export {};
