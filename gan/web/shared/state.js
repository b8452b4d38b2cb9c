// What Explore shows, as one plain object; and as it was before. links.js writes it into an address.

/** @import { Moves } from "../engine/latents.js" */
/** @import { Way } from "../engine/types.js" */

/** @typedef {"sliders" | "samples" | "map" | "morph" | "draw"} View */

/** @typedef {"" | "yours" | "theirs" | "mixed"} Source where a z comes from that is no seed's: see SOURCES */

/**
 * What makes a z and its class.
 * @typedef {object} Latent
 * @property {number} seed
 * @property {number} digit the class
 * @property {number} truncation 0…1
 * @property {Moves} shifts along directions, in standard deviations
 * @property {Moves} edits what is added to each axis of z, after that
 * @property {Source} source
 */

/**
 * @typedef {object} Path
 * @property {Latent[]} stops two to MAX_STOPS
 * @property {Way} way
 * @property {boolean} loop whether it leads from the last stop to the first
 * @property {boolean} ease whether it slows down at each stop
 * @property {number} speed at which it is played: one of SPEEDS
 * @property {boolean} isGrid whether the pictures between the first four stops are shown too
 */

/**
 * Which map of the latent space is shown.
 * @typedef {object} MapState
 * @property {"chart" | "plane" | "seeds"} kind thousands of seeds, two directions, or three seeds
 * @property {number} across the direction that leads to the right on a plane
 * @property {number} up
 * @property {number[] | null} seeds the three; null: none was chosen yet
 * @property {"class" | "score"} hue what gives the pictures their colours: their class, or D's score
 * @property {Section} section what of the map is in sight
 */

/**
 * What of a map is in sight.
 * @typedef {object} Section
 * @property {number} x of the map, in the middle of the screen
 * @property {number} y
 * @property {number} zoom 1: the whole map
 */

/** @typedef {{first: number, label: number}} Sheet of samples; first: a seed; label: the class of all, or ALL */

/**
 * What is shown beside the large picture, if it is asked for.
 * @typedef {object} Beside
 * @property {boolean} saliency where the discriminator looks
 * @property {boolean} copies the nearest real digits, which tell whether it is copying
 */

/** @typedef {Latent & Beside & {view: View, model: number, path: Path, map: MapState, sheet: Sheet}} State */

/**
 * A model, as the page knows it before it is loaded.
 * @typedef {object} ModelEntry
 * @property {string} id for links
 * @property {string} name for visitors
 * @property {string} url the address of its file
 * @property {string} path of its checkpoint, for a program
 * @property {number} classes
 * @property {string[]} [class_names] of a model that ships
 * @property {string} [world] the title of the data set it has learned from
 * @property {string} [reel] the address of a moving picture of what it makes (gan/web/reels.py)
 * @property {"drawings" | "pictures"} [kind] of what it makes: ink that paper shows the other way round, or not
 * @property {boolean} [isLive] of a run that trains, or the visitor's own: the server does not know it by name
 * @property {boolean} [isOwn] the visitor's own: no other page has it
 * @property {string} [closed] what is said of the visitor's own after a reload, which closes it
 * @property {boolean} [follows] its weights change while it is shown
 */

export const MAX_SHIFT = 3; // standard deviations, at the end of a slider and at the edge of a plane
export const MAX_STOPS = 8; // of a path
export const SPEEDS = [0.5, 1, 2]; // of a path
export const [MIN_ZOOM, MAX_ZOOM] = [0.8, 40]; // of a map
export const ALL = -1; // classes, in turn, on a sheet of samples
/** The whole map is in sight. @type {Section} */
export const WHOLE = { x: 0, y: 0, zoom: 1 };
const MAX_UNDO = 200; // states

/** @type {View[]} */
export const VIEWS = ["sliders", "samples", "map", "morph", "draw"];

/**
 * What the Seed field says of a z that no seed makes, and what a stop of a morph says.
 * @type {Record<Exclude<Source, "">, {seed: string, stop: string}>}
 */
export const SOURCES = {
  yours: { seed: "drawn", stop: "yours" },
  theirs: { seed: "drawn", stop: "stranger’s" },
  mixed: { seed: "mixed", stop: "mixed" },
};

/** @type {Omit<Latent, "seed" | "digit">} */
export const unmoved = { truncation: 1, shifts: {}, edits: {}, source: "" };

/** @type {State} */
export const fresh = {
  view: "sliders",
  model: 0,
  seed: 7,
  digit: 3,
  ...unmoved,
  path: {
    stops: [
      { seed: 4, digit: 3, ...unmoved },
      { seed: 12, digit: 8, ...unmoved },
      { seed: 7, digit: 5, ...unmoved },
    ],
    way: "slerp",
    loop: true,
    ease: true,
    speed: 1,
    isGrid: false,
  },
  map: { kind: "chart", across: 0, up: 1, seeds: null, hue: "class", section: WHOLE },
  sheet: { first: 0, label: ALL },
  saliency: false,
  copies: false,
};

/**
 * A z that nothing was added to is its seed's: it has no other source.
 * @template {Latent} Kind
 * @param {Kind} state
 * @returns {Kind}
 */
export const withSource = (state) =>
  Object.keys(state.edits).length ? state : { ...state, source: /** @type {Source} */ ("") };

/** @param {Moves} moves @returns {boolean} */
const hasMoved = (moves) => Object.values(moves).some(Boolean);

/** @param {Latent} latent @returns {boolean} whether its z is another than its seed's */
export const isMoved = ({ truncation, shifts, edits }) =>
  truncation !== 1 || hasMoved(shifts) || hasMoved(edits);

/** @param {Latent} state @returns {Latent} what of it makes its z and its class */
export const latentOf = ({ seed, digit, truncation, shifts, edits, source }) => ({
  seed,
  digit,
  truncation,
  shifts,
  edits,
  source,
});

/**
 * The same z in another model: its directions are others, and it may know fewer classes.
 * @param {State} state
 * @param {number} model
 * @param {Pick<ModelEntry, "classes">[]} models
 * @returns {State}
 */
export function inModel(state, model, models) {
  const last = models[model].classes - 1;
  /** @param {number} digit */
  const fit = (digit) => (last < 0 ? digit : Math.min(digit, last));
  const stops = state.path.stops.map((stop) => ({ ...stop, digit: fit(stop.digit) }));
  return {
    ...state,
    model,
    digit: fit(state.digit),
    shifts: {},
    edits: {},
    path: { ...state.path, stops },
    map: { ...state.map, across: fresh.map.across, up: fresh.map.up, section: WHOLE },
    sheet: { ...state.sheet, label: ALL },
  };
}

/** Undo and redo over whole states. */
export class History {
  /** @param {State} state */
  constructor(state) {
    this.states = [structuredClone(state)];
    this.at = 0;
  }

  /** Adds a state, unless nothing has changed. What could be redone is gone. @param {State} state */
  keep(state) {
    if (JSON.stringify(state) === JSON.stringify(this.states[this.at])) return;
    this.states = [...this.states.slice(0, this.at + 1), structuredClone(state)].slice(-MAX_UNDO);
    this.at = this.states.length - 1;
  }

  /** @param {number} steps on, or back if it is negative @returns {State | null} null if there is none */
  go(steps) {
    if (!this.states[this.at + steps]) return null;
    this.at += steps;
    return structuredClone(this.states[this.at]);
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }
}
