/** The Learn page: the links within it, the buttons that lead to other tabs, and its live figures. */

import { KnownModel } from "../shared/known_model.js";
import { focusOn, goToTab } from "../shared/tabs.js";
import { mountSmallGames } from "./figures/small_game.js";
import { mountForgery } from "./forgery/forgery.js";
import { loadRealDigits } from "./forgery/real_digits.js";
import { mountGame } from "./game/controls.js";
import { mountInside } from "./inside/inside.js";
import { mountMeasures } from "./measures/figures.js";
import { onceNear } from "./on_screen.js";
import { mountBlur } from "./pictures/blur.js";
import { mountFrequencies } from "./pictures/frequencies.js";
import { mountSearch } from "./pictures/search.js";

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {import("../shared/tabs.js").TabName} TabName */
/** @typedef {import("../shared/page.js").Page} Page */
/** @typedef {import("../shared/state.js").ModelEntry} ModelEntry */
/** @typedef {import("./forgery/sources.js").OwnRun} OwnRun */

/**
 * What Learn is told.
 * @typedef {object} Options
 * @property {ModelEntry[]} models Those that ship.
 * @property {Promise<Page>} explore The Explore page, once its networks run.
 * @property {OwnRun} ownRun The visitor's own run on the Train tab.
 */

/**
 * Brings learn.html to life. A link within the page scrolls and leaves the address alone, because the address is
 * the state of Explore.
 *
 * @param {Element} root Holds learn.html.
 * @param {Options} options
 */
export function mountLearn(root, { models, explore, ownRun }) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("button[data-tab]"));
  for (const button of buttons) {
    const { tab, open } = button.dataset;
    button.addEventListener("click", () => goToTab(/** @type {TabName} */ (tab), { open }));
  }
  for (const link of root.querySelectorAll('a[href^="#"]')) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const target = root.querySelector(link.getAttribute("href") ?? "");
      target?.scrollIntoView({ behavior: CALM.matches ? "auto" : "smooth", block: "start" });
      if (target instanceof HTMLElement) focusOn(target);
    });
  }
  mountGame(/** @type {HTMLElement} */ (root.querySelector(".points")));
  mountSmallGames(root);
  mountMeasures(root);
  const model = loadDigitModel(models, explore, 10);
  const part = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  mountForgery(part(".forgery"), model, ownRun);
  onceNear(part(".inside"), () => mountInside(part(".inside"), model));
  onceNear(part(".blur"), () => mountBlur(part(".blur"), model, loadRealDigits));
  onceNear(part(".search"), () => mountSearch(part(".search"), model, loadRealDigits));
  onceNear(part(".frequencies"), () =>
    mountFrequencies(part(".frequencies"), loadDigitModel(models, explore, 0), loadRealDigits),
  );
}

/**
 * A model of handwritten digits whose D scores single pictures.
 *
 * @param {ModelEntry[]} models
 * @param {Promise<Page>} explore
 * @param {0 | 10} wanted Classes: 10 for one that can be asked for each digit, 0 for one that cannot.
 * @returns {Promise<KnownModel | null>} Null if no such model ships.
 */
async function loadDigitModel(models, explore, wanted) {
  const { engine, model } = await explore;
  const entry = models.find(({ classes }) => classes === wanted);
  if (!entry) return null;
  const known =
    model.id === entry.id ? model : new KnownModel(entry.id, await engine.load(entry.id, entry.url), engine);
  return known.subject.isRead && known.percentiles ? known : null;
}
