// The panel to draw on: the z is looked for whose picture comes nearest, and shown on its way.

/** @import { Server } from "../engine/types.js" */
/** @import { Page, Panel } from "../shared/page.js" */
/** @import { Latent } from "../shared/state.js" */
/** @import { Found } from "./search.js" */

import { decode } from "../engine/engine.js";
import { editsFrom } from "../engine/latents.js";
import { randomTestDigit } from "../engine/mnist.js";
import { contextOf, within } from "../shared/elements.js";
import { make, paint } from "../shared/paint.js";
import { latentOf } from "../shared/state.js";
import { frame } from "./framing.js";
import { createPen } from "./pen.js";
import { searchHere, searchThere } from "./search.js";

const PAUSE = 600; // ms after the pen is lifted: there may be a second stroke
const MAX_TRIES = 8; // starts that are shown
const MIN_SHOWN = 45; // ms that each picture of the search is shown
// Of ten digits of MNIST's test set, one misses more than CLOSE (python -m tests.benchmarks.inversion).
const CLOSE = 0.09;
const FOREIGN = 0.25;
const FAR = 1.3; // mean square of z: of N(0, 1) it is 1, and for no real digit it was more than 1.2
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * What is said of the nearest picture.
 * @param {number} error how far it is from the drawing
 * @param {Float32Array} z
 * @returns {string}
 */
function verdict(error, z) {
  const missed = `It misses ${error < 0.01 ? "less than 1" : Math.round(100 * error)} % of your ink`;
  if (error < FOREIGN && z.reduce((sum, value) => sum + value ** 2, 0) > FAR * z.length) {
    return `${missed}, but only far outside of where its digits lie.`;
  }
  if (error < CLOSE) return `${missed}: as near as it comes to nine of ten real digits. Your hand is forged.`;
  if (error < FOREIGN) return `${missed}: alike, but it would not fool you.`;
  return `${missed}. It knows nothing but digits: this is the nearest.`;
}

/**
 * @param {HTMLElement} root holds the panel
 * @param {Page} page
 * @param {{server: Server | null, digits: string}} source digits: the folder of MNIST's files, for a page without a
 *   server
 * @returns {Panel}
 */
export function createDraw(root, page, { server, digits }) {
  const { find, button, canvas } = within(root);
  const tries = Array.from({ length: MAX_TRIES }, () =>
    make(find(".tries"), "canvas", { width: 56, height: 56, class: "ink" }),
  );
  /** @type {Latent[]} */
  const found = []; // for the last two drawings
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;
  let asked = 0; // what is asked for later makes an answer stale
  let isSearching = false;
  /** @type {"yours" | "theirs"} */
  let source = "yours"; // whose hand is on the pad

  const pen = createPen(
    canvas(".pad"),
    () => {
      clearTimeout(resting);
      asked++; // it is another drawing now
      isSearching = false;
      source = "yours";
      setInk(true);
    },
    () => {
      clearTimeout(resting);
      resting = setTimeout(search, PAUSE);
    },
  );

  /** @param {string} text */
  function showMessage(text) {
    find(".verdict").textContent = text;
  }

  /** @param {boolean} isThere */
  function setInk(isThere) {
    find(".prompt").hidden = isThere;
    button(".clear").disabled = !isThere;
  }

  function clear() {
    asked++;
    isSearching = false;
    clearTimeout(resting);
    pen.clear();
    showMessage("");
    find(".found").hidden = true;
    setInk(false);
  }

  // --- The search ------------------------------------------------------------------------------

  async function search() {
    const mine = ++asked;
    const { picture, error } = frame(pen.ink(), canvas(".pad").width);
    if (!picture) return showMessage(error);
    if (page.model.config.channels > 1) {
      return showMessage("This model forges in colour; a drawing is black and white.");
    }
    showMessage("Looking for it …");
    paint(canvas(".framed canvas"), picture);
    find(".found").hidden = false;
    const model = { id: page.model.id, z_dim: page.model.config.z_dim };
    const isThere = server && !page.entry.isLive;
    const steps = isThere ? searchThere(server, model, picture) : searchHere(page.engine, model, picture);
    isSearching = true;
    try {
      for await (const step of steps) {
        if (mine !== asked) return undefined;
        if (CALM.matches && step.error === null) continue;
        await show(step);
        if (mine !== asked) return undefined;
        if (step.error === null) continue;
        keep();
        showMessage(verdict(step.error, page.model.z(page.state)));
      }
    } catch (error) {
      if (mine === asked) showMessage(`The search failed: ${/** @type {Error} */ (error).message}`);
    }
    if (mine === asked) isSearching = false;
    return undefined;
  }

  /** A step of the search, for so long that it can be seen. @param {Found} step */
  async function show({ z, digits, best }) {
    const { model } = page;
    const { z_dim } = model.config;
    const start = performance.now();
    const { pictures } = await page.engine.sheet({
      model: model.id,
      z: z.slice(0, MAX_TRIES * z_dim),
      digits: digits.slice(0, MAX_TRIES),
    });
    tries.forEach((canvas, i) => {
      paint(canvas, pictures.subarray(784 * i, 784 * (i + 1)));
    });
    const { seed } = page.state; // a link can name the z: a seed, and what to add to each axis
    const edits = editsFrom(seed, z.subarray(best * z_dim, (best + 1) * z_dim));
    page.change({ seed, digit: digits[best], truncation: 1, shifts: {}, edits, source });
    await new Promise((resolve) => setTimeout(resolve, start + MIN_SHOWN - performance.now()));
  }

  function keep() {
    found.push(latentOf(page.state));
    if (found.length > 2) found.shift();
    button(".join").disabled = found.length < 2;
  }

  async function putRealDigit() {
    clear();
    try {
      pen.put(server ? decode((await server.stranger({})).drawing) : await randomTestDigit(digits));
    } catch (error) {
      return showMessage(`No digit can be had: ${/** @type {Error} */ (error).message}`);
    }
    source = "theirs";
    setInk(true);
    return search();
  }

  find(".clear").addEventListener("click", clear);
  find(".stranger").addEventListener("click", putRealDigit);
  find(".join").addEventListener("click", () => {
    page.goTo({ view: "morph", path: { ...page.state.path, stops: [...found] } });
  });

  return {
    useModel() {
      found.length = 0;
      button(".join").disabled = true;
      for (const each of within(root).canvases(".answer canvas")) contextOf(each).clearRect(0, 0, 56, 56);
      clear();
    },
    followState() {},
    finish: async () => undefined,
    isPassing: () => isSearching,
  };
}
