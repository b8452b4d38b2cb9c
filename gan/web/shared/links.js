// The state of Explore in an address: "#model=mnist-digits&seed=7&digit=3&move=0:1.5". What is as usual is left out.

/** @import { Moves } from "../engine/latents.js" */
/** @import { Way } from "../engine/types.js" */
/** @import { Beside, Latent, MapState, ModelEntry, Path, Section, Sheet, Source, State } from "./state.js" */

import { MAX_SEED } from "../engine/latents.js";
import {
  ALL,
  fresh,
  MAX_STOPS,
  MAX_ZOOM,
  MIN_ZOOM,
  SOURCES,
  SPEEDS,
  VIEWS,
  WHOLE,
  withSource,
} from "./state.js";

/** @type {Way[]} */
const WAYS = ["slerp", "lerp", "features"];
/** @type {(keyof Beside)[]} */
const BESIDE = ["saliency", "copies"];
const MAX_NUMBER = 4096; // of a direction or an axis
const MAX_QUOTED = 40; // letters of a wrong link
const FAR = 4; // from the middle of a map, where there is nothing any more

/** @typedef {Pick<ModelEntry, "id" | "classes" | "class_names">} Linked */

/** @param {number} value @returns {string} to three decimals */
const number = (value) => String(Math.round(1000 * value) / 1000);

/** @param {Moves} moves @returns {string} "0:1.5,3:-1" */
const list = (moves) =>
  Object.entries(moves)
    .filter(([, move]) => move)
    .map(([i, move]) => `${i}:${number(move)}`)
    .join(",");

/**
 * @param {State} state
 * @param {Linked[]} models
 * @returns {string} the hash
 */
export function toHash(state, models) {
  /** @type {Record<string, string | number>} */
  const parts = { model: models[state.model].id, seed: state.seed };
  Object.assign(parts, fromClass(models[state.model], state.digit));
  if (state.view !== fresh.view) parts.view = state.view;
  if (state.view === "morph") Object.assign(parts, fromPath(state.path));
  if (state.view === "map") Object.assign(parts, fromMap(state.map));
  if (state.view === "samples") Object.assign(parts, fromSheet(state.sheet));
  if (state.source) parts.source = state.source;
  if (state.truncation !== 1) parts.truncation = number(state.truncation);
  const beside = BESIDE.filter((name) => state[name]);
  if (beside.length) parts.show = beside.join("~");
  if (list(state.shifts)) parts.move = list(state.shifts);
  if (list(state.edits)) parts.axes = list(state.edits);
  const pairs = Object.entries(parts).map((pair) => pair.join("="));
  return `#${pairs.join("&")}`;
}

/**
 * A class by its name or, where the names are numbers or not known yet, by its number: a "digit".
 * @param {Linked} model
 * @param {number} digit
 * @returns {Record<string, string | number>}
 */
function fromClass({ classes, class_names }, digit) {
  const name = class_names?.[digit] ?? String(digit);
  if (!classes) return {};
  return name === String(digit) ? { digit } : { class: encodeURIComponent(name) };
}

/**
 * Stops as "seed~digit~truncation~moves~axes~source!…", and how they are joined.
 * @param {Path} path
 */
function fromPath({ stops, way, loop, ease, speed, isGrid }) {
  /** @param {Moves} moves */
  const moves = (moves) => list(moves).replaceAll(",", "_");
  /** @param {Latent} stop */
  const text = ({ seed, digit, truncation, shifts, edits, source }) =>
    [seed, digit, number(truncation), moves(shifts), moves(edits), source].join("~");
  return {
    stops: stops.map((stop) => text(stop).replace(/(~1~~)?~$/, "")).join("!"),
    way,
    loop: Number(loop),
    ease: Number(ease),
    ...(speed !== fresh.path.speed && { speed }),
    ...(isGrid && { grid: 1 }),
  };
}

/**
 * A map as "plane~across~up" or "seeds~first~second~third", its colours, and what of it is in sight as "x~y~zoom".
 * @param {MapState} map
 * @returns {Record<string, string>}
 */
function fromMap({ kind, across, up, seeds, hue, section: { x, y, zoom } }) {
  const numbers = kind === "plane" ? [across, up] : (seeds ?? []);
  return {
    ...(kind !== fresh.map.kind && { map: [kind, ...numbers].join("~") }),
    ...(hue !== fresh.map.hue && { hue }),
    ...((x || y || zoom !== 1) && {
      section: [x, y, zoom].map((value) => Number(value.toFixed(5))).join("~"),
    }),
  };
}

/** Samples as "first~label". @param {Sheet} sheet @returns {Record<string, string>} */
const fromSheet = ({ first, label }) =>
  first === fresh.sheet.first && label === ALL ? {} : { sheet: `${first}~${label}` };

/**
 * The state of a link. What is missing, out of range or not a number is as usual.
 * @param {string} hash
 * @param {Linked[]} models
 * @returns {State}
 */
export function fromHash(hash, models) {
  const parts = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  const model = Math.max(
    0,
    models.findIndex(({ id }) => id === parts.model),
  );
  const { classes, class_names = [] } = models[model];
  const { seed, truncation, move, axes, source } = parts;
  const shown = (parts.show ?? "").split("~");
  const named = class_names.indexOf(parts.class);
  const digit = named < 0 ? (parts.class ?? parts.digit) : String(named);
  return {
    view: VIEWS.find((view) => view === parts.view) ?? fresh.view,
    model,
    ...toLatent([seed, digit, truncation, move, axes, source], classes),
    path: toPath(parts, classes),
    map: {
      ...toMap(parts.map),
      hue: parts.hue === "score" ? "score" : "class",
      section: toSection(parts.section),
    },
    sheet: toSheet(parts.sheet, classes),
    saliency: shown.includes("saliency"),
    copies: shown.includes("copies"),
  };
}

/**
 * What a link asks for and this page does not have.
 * @param {string} hash
 * @param {Linked[]} models
 * @returns {string} a sentence; "" if it has all
 */
export function strayIn(hash, models) {
  const { model: id, class: name } = Object.fromEntries(new URLSearchParams(hash.slice(1)));
  const model = models.find((each) => each.id === id);
  const shown = (/** @type {string} */ text) => `“${text.slice(0, MAX_QUOTED)}”`;
  if (id && !model) return `This page has no model ${shown(id)}: this is another one.`;
  const isMissing = name && model?.class_names && !model.class_names.includes(name);
  return isMissing ? `This model has no class ${shown(name)}: this is another one.` : "";
}

/**
 * @param {(string | undefined)[]} texts seed, digit, truncation, moves, axes and source
 * @param {number} classes
 * @returns {Latent}
 */
function toLatent([seed, digit, truncation, shifts, edits, source], classes) {
  const usual = Math.min(fresh.digit, Math.max(classes - 1, 0));
  const isSource = source !== undefined && Object.hasOwn(SOURCES, source);
  return withSource({
    seed: Math.floor(within(seed, 0, MAX_SEED, fresh.seed)),
    digit: Math.floor(within(digit, 0, classes - 1, usual)),
    truncation: within(truncation, 0, 1, 1),
    shifts: toMoves(shifts),
    edits: toMoves(edits),
    source: isSource ? /** @type {Source} */ (source) : "",
  });
}

/**
 * @param {Record<string, string | undefined>} parts
 * @param {number} classes
 * @returns {Path}
 */
function toPath({ stops = "", way, loop, ease, speed, grid }, classes) {
  const texts = stops.split("!").filter(Boolean).slice(0, MAX_STOPS);
  const last = Math.max(classes - 1, 0);
  return {
    stops:
      texts.length > 1
        ? texts.map((stop) => toLatent(stop.split("~"), classes))
        : fresh.path.stops.map((stop) => ({ ...stop, digit: Math.min(stop.digit, last) })),
    way: WAYS.find((each) => each === way) ?? fresh.path.way,
    loop: loop !== "0",
    ease: ease !== "0",
    speed: SPEEDS.find((each) => String(each) === speed) ?? fresh.path.speed,
    isGrid: grid === "1",
  };
}

/** @param {string} [text] @returns {Section} */
function toSection(text = "") {
  const [x, y, zoom] = text.split("~");
  return {
    x: within(x, -FAR, FAR, WHOLE.x),
    y: within(y, -FAR, FAR, WHOLE.y),
    zoom: within(zoom, MIN_ZOOM, MAX_ZOOM, WHOLE.zoom),
  };
}

/** @param {string | undefined} text @param {number} classes @returns {Sheet} */
function toSheet(text = "", classes) {
  const [first, label] = text.split("~");
  return {
    first: Math.floor(within(first, 0, MAX_SEED, fresh.sheet.first)),
    label: Math.floor(within(label, ALL, classes - 1, ALL)),
  };
}

/** Which map it is. @param {string} [text] @returns {MapState} */
function toMap(text = "") {
  const [kind, ...numbers] = text.split("~");
  if (kind === "plane") {
    const [across, up] = [fresh.map.across, fresh.map.up].map((usual, i) =>
      Math.floor(within(numbers[i], 0, MAX_NUMBER, usual)),
    );
    return { ...fresh.map, kind, across, up };
  }
  if (kind === "seeds" && numbers.length === 3) {
    const seeds = numbers.map((seed, i) => Math.floor(within(seed, 0, MAX_SEED, fresh.seed + i)));
    return { ...fresh.map, kind, seeds };
  }
  return fresh.map;
}

/**
 * @param {string | undefined} text
 * @param {number} low
 * @param {number} high
 * @param {number} usual for what is no number in low…high
 * @returns {number}
 */
function within(text, low, high, usual) {
  const value = Number(text);
  return text !== undefined && text !== "" && value >= low && value <= high ? value : usual;
}

/** @param {string} [text] "0:1.5,3:-1", or with _ between @returns {Moves} */
function toMoves(text = "") {
  const pairs = text.split(/[,_]/).map((pair) => pair.split(":"));
  return Object.fromEntries(
    pairs
      .filter((pair) => pair.length === 2)
      .map(([i, move]) => [within(i, 0, MAX_NUMBER, NaN), within(move, -20, 20, 0)])
      .filter(([i]) => Number.isInteger(i)),
  );
}
