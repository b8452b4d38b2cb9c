// What the page shows, as one plain object; in the address bar; and as it was before.

import { MAX_SEED } from "../engine/latents.js";

export const REACH = 3; // standard deviations, at the end of a slider

export const VIEWS = ["sliders", "map", "morph", "draw"];
export const MOST_STOPS = 8; // of a way
const WAYS = ["slerp", "lerp", "features"];

// Where a z comes from that is no seed's: what the Seed field says then, and a stop of a way.
export const SOURCES = {
  yours: { seed: "drawn", stop: "yours" },
  theirs: { seed: "drawn", stop: "stranger’s" },
  mixed: { seed: "mixed", stop: "mixed" },
};
const still = { truncation: 1, shifts: {}, edits: {}, source: "" };
export const fresh = {
  view: "sliders",
  model: 0,
  seed: 7,
  digit: 3,
  ...still,
  path: {
    stops: [
      [4, 3],
      [12, 8],
      [7, 5],
    ].map(([seed, digit]) => ({ seed, digit, ...still })),
    way: "slerp",
    loop: true,
    ease: true,
  },
};

const number = (value) => String(Math.round(1000 * value) / 1000);
const list = (moves) =>
  Object.entries(moves)
    .filter(([, move]) => move)
    .map(([i, move]) => `${i}:${number(move)}`)
    .join(",");

// "#model=mnist-digits&seed=7&digit=3&move=0:1.5": what is as usual is left out.
export function toHash(state, models) {
  const parts = { model: models[state.model].id, seed: state.seed };
  if (models[state.model].classes) parts.digit = state.digit;
  if (state.view !== fresh.view) parts.view = state.view;
  if (state.view === "morph") Object.assign(parts, fromPath(state.path));
  if (state.source) parts.source = state.source;
  if (state.truncation !== 1) parts.truncation = number(state.truncation);
  if (list(state.shifts)) parts.move = list(state.shifts);
  if (list(state.edits)) parts.axes = list(state.edits);
  return `#${Object.entries(parts)
    .map((pair) => pair.join("="))
    .join("&")}`;
}

// Stops as "seed~digit~truncation~moves~axes~source!…", and how they are joined.
function fromPath({ stops, way, loop, ease }) {
  const moves = (each) => list(each).replaceAll(",", "_");
  const stop = ({ seed, digit, truncation, shifts, edits, source }) =>
    [seed, digit, number(truncation), moves(shifts), moves(edits), source].join("~");
  return {
    stops: stops.map((each) => stop(each).replace(/(~1~~)?~$/, "")).join("!"),
    way,
    loop: Number(loop),
    ease: Number(ease),
  };
}

// The state of a link. What is missing, out of range or not a number is as usual.
export function fromHash(hash, models) {
  const parts = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  const model = Math.max(
    0,
    models.findIndex(({ id }) => id === parts.model),
  );
  return {
    view: VIEWS.includes(parts.view) ? parts.view : fresh.view,
    model,
    ...place(
      [parts.seed, parts.digit, parts.truncation, parts.move, parts.axes, parts.source],
      models[model].classes,
    ),
    path: toPath(parts, models[model].classes),
  };
}

function place([seed, digit, truncation, shifts, edits, source], classes) {
  const usual = Math.min(fresh.digit, Math.max(classes - 1, 0));
  return credited({
    seed: Math.floor(within(seed, 0, MAX_SEED, fresh.seed)),
    digit: Math.floor(within(digit, 0, classes - 1, usual)),
    truncation: within(truncation, 0, 1, 1),
    shifts: moves(shifts),
    edits: moves(edits),
    source: Object.hasOwn(SOURCES, source ?? "") ? source : "",
  });
}

// A z that nothing was added to is its seed's.
export const credited = (state) => (Object.keys(state.edits).length ? state : { ...state, source: "" });

// Whether z is another than its seed's.
export const isMoved = ({ truncation, shifts, edits }) =>
  truncation !== 1 || [shifts, edits].some((moves) => Object.values(moves).some(Boolean));

// Of a state, what makes its z and its digit.
export const placeOf = ({ seed, digit, truncation, shifts, edits, source }) => ({
  seed,
  digit,
  truncation,
  shifts,
  edits,
  source,
});

function toPath({ stops = "", way, loop, ease }, classes) {
  const read = stops
    .split("!")
    .filter(Boolean)
    .slice(0, MOST_STOPS)
    .map((stop) => place(stop.split("~"), classes));
  return {
    stops:
      read.length > 1
        ? read
        : fresh.path.stops.map((stop) => ({
            ...stop,
            digit: Math.min(stop.digit, Math.max(classes - 1, 0)),
          })),
    way: WAYS.includes(way) ? way : fresh.path.way,
    loop: loop !== "0",
    ease: ease !== "0",
  };
}

// The same place in another model: its directions are others, and it may know fewer classes.
export function inModel(state, model, models) {
  const last = models[model].classes - 1;
  const fit = (digit) => (last < 0 ? digit : Math.min(digit, last));
  const stops = state.path.stops.map((stop) => ({ ...stop, digit: fit(stop.digit) }));
  return { ...state, model, digit: fit(state.digit), shifts: {}, edits: {}, path: { ...state.path, stops } };
}

function within(text, low, high, usual) {
  const value = Number(text);
  return text !== undefined && text !== "" && value >= low && value <= high ? value : usual;
}

function moves(text = "") {
  const pairs = text
    .split(/[,_]/)
    .map((pair) => pair.split(":"))
    .filter((pair) => pair.length === 2);
  return Object.fromEntries(pairs.map(([i, move]) => [within(i, 0, 4096, 0), within(move, -20, 20, 0)]));
}

// Undo and redo over whole states.
export class History {
  constructor(state) {
    this.states = [structuredClone(state)];
    this.at = 0;
  }

  keep(state) {
    if (JSON.stringify(state) === JSON.stringify(this.states[this.at])) return;
    this.states = [...this.states.slice(0, this.at + 1), structuredClone(state)].slice(-200);
    this.at = this.states.length - 1;
  }

  // The state so many steps on, or back; null if there is none.
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
