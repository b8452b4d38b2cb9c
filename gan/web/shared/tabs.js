/** The tabs of the page: Explore, Train and Learn. A tab is known by its `data-tab`, whatever its label says. */

import { isBrowsersKey } from "./keys.js";

const PATIENCE = 3000; // ms that a place may take to appear once its tab is shown

/** @typedef {"explore" | "train" | "learn"} TabName */

/**
 * Makes a tab list work with the mouse, a finger and the keyboard (arrow keys, Home and End).
 *
 * @param {Element} list Holds the buttons. Each has `role="tab"`, `data-tab` and `aria-controls`, the id of its panel.
 * @param {object} on
 * @param {(name: TabName) => Promise<void>} on.prepare Is waited for before a panel is shown.
 * @param {(name: TabName) => void} on.opened Is told after a panel is shown.
 * @returns {{select: (name: TabName) => Promise<void>}}
 */
export function createTabs(list, { prepare, opened }) {
  const tabs = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]")]);
  /** @type {HTMLElement | null} */
  let chosen = null; // the tab that was asked for last; its panel may still be on its way

  /** @param {HTMLElement} tab */
  async function select(tab) {
    const name = /** @type {TabName} */ (tab.dataset.tab);
    chosen = tab;
    list.setAttribute("data-asked-for", name); // goToTab waits while this is so
    await prepare(name);
    if (chosen !== tab) return;
    for (const each of tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
      const panel = document.getElementById(each.getAttribute("aria-controls") ?? "");
      const holdsFocus = panel?.contains(document.activeElement);
      if (holdsFocus && each !== tab) tab.focus({ preventScroll: true }); // what was pressed is hidden now
      if (panel) panel.hidden = each !== tab;
    }
    opened(name);
  }

  /**
   * @param {string} key
   * @param {number} i Index of the tab that has the focus.
   */
  function neighbour(key, i) {
    const at = { ArrowRight: (i + 1) % tabs.length, ArrowLeft: i - 1, Home: 0, End: -1 }[key];
    return at === undefined ? undefined : tabs.at(at);
  }

  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", (event) => {
      const other = neighbour(event.key, i);
      if (!other || isBrowsersKey(event)) return;
      event.preventDefault();
      other.focus();
      select(other);
    });
  }
  return {
    async select(name) {
      const tab = tabs.find((each) => each.dataset.tab === name);
      if (tab) await select(tab);
    },
  };
}

/**
 * Says that a place on an open tab is wanted: who has hidden it in favour of another shows it (train/practice.js,
 * explore/sliders.js).
 *
 * @param {Element} place
 */
export const want = (place) => place.dispatchEvent(new CustomEvent("forger:wanted", { bubbles: true }));

/** From here on, who uses the keyboard goes on. @param {HTMLElement} place */
export function focusOn(place) {
  const summary = place.querySelector(":scope > summary");
  if (!summary) place.tabIndex = -1; // so that it can have the focus, which it has for the keys alone
  (summary instanceof HTMLElement ? summary : place).focus({ preventScroll: true });
}

/**
 * Opens a tab, and brings a place on it into sight, which gets the focus. A tab that is opened for the first time may
 * take seconds on a slow machine: that is waited for, until another tab is asked for.
 *
 * @param {TabName} name
 * @param {{open?: string, at?: string}} [place] `open` is a selector of a `<details>`, which is opened; `at` is one of
 *   any element.
 */
export function goToTab(name, { open, at } = {}) {
  const tab = /** @type {HTMLElement | null} */ (document.querySelector(`[role=tab][data-tab=${name}]`));
  tab?.click();
  const selector = open ?? at;
  if (!tab || !selector) return;
  let shownAt = 0; // ms; 0: the tab is not shown yet

  function show() {
    if (tab?.closest("[role=tablist]")?.getAttribute("data-asked-for") !== name) return;
    const target = /** @type {HTMLElement | null} */ (
      document.querySelector(/** @type {string} */ (selector))
    );
    if (tab.getAttribute("aria-selected") === "true") shownAt ||= performance.now();
    if (!target?.offsetParent && !(shownAt && performance.now() - shownAt > PATIENCE)) {
      if (target && shownAt) want(target);
      requestAnimationFrame(show);
      return;
    }
    if (open && target instanceof HTMLDetailsElement) target.open = true;
    target?.scrollIntoView({ block: "start" });
    if (target) focusOn(target);
  }
  show();
}
