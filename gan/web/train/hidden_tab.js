/**
 * A run in the page goes on while its tab is hidden. The page says so once, and where the device runs on its battery it
 * offers to let the run rest meanwhile.
 */

import { recall, remember } from "../shared/storage.js";
import { find, findInput } from "./elements.js";

/** @import { Run } from "./run.js" */

const STORE = "forger-hidden-tab"; // whether the browser has kept that a visitor has read it
const GOES_ON = "It goes on while this tab is hidden.";
const ON_BATTERY = "This device runs on its battery.";

/** What browsers tell of the battery, where they do. @typedef {EventTarget & {charging: boolean}} Battery */

/** @returns {Promise<Battery | null>} null: there is none, or the browser keeps it for itself */
async function findBattery() {
  try {
    const { getBattery } = /** @type {{getBattery?: () => Promise<Battery>}} */ (
      /** @type {unknown} */ (navigator)
    );
    return (await getBattery?.call(navigator)) ?? null;
  } catch {
    return null; // a frame of another site may not ask
  }
}

/** @param {Run} run @returns {boolean} whether it is this page's, and can go on */
const isHere = (run) => run.place === "page" && run.isMine && !run.isOver;

export class HiddenTab {
  #line;
  #box;
  #runs;
  #isOnBattery = false;
  #isRead = Boolean(recall(STORE));
  /** @type {Run[]} that rest until the tab is seen again */
  #resting = [];

  /**
   * @param {HTMLElement} root holds .hidden-tab
   * @param {() => Run[]} runs those on the page
   */
  constructor(root, runs) {
    this.#line = find(root, ".hidden-tab");
    this.#box = findInput(this.#line, "input");
    this.#runs = runs;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.#comeBack()));
    findBattery().then((battery) => {
      if (!battery) return;
      battery.addEventListener("chargingchange", () => this.#learn(battery));
      this.#learn(battery);
    });
  }

  /** Shows the line where it is true of a run. */
  show() {
    const isShown = this.#runs().some(isHere) && (this.#isOnBattery || !this.#isRead);
    this.#line.hidden = !isShown;
    find(this.#line, "span").textContent = this.#isOnBattery ? ON_BATTERY : GOES_ON;
    find(this.#line, "label").hidden = !this.#isOnBattery;
  }

  /** @param {Battery} battery */
  #learn({ charging }) {
    if (!charging && !this.#isOnBattery) this.#box.checked = true;
    this.#isOnBattery = !charging;
    this.show();
  }

  #leave() {
    const runs = this.#runs().filter(isHere);
    if (!this.#line.hidden && !this.#isOnBattery) {
      this.#isRead = true; // it is said until the visitor has seen what it means
      remember(STORE, true);
    }
    if (!this.#isOnBattery || !this.#box.checked) return;
    this.#resting = runs.filter(({ snapshot }) => snapshot?.status === "running");
    for (const run of this.#resting) run.pause().catch(() => null); // it has ended meanwhile
  }

  #comeBack() {
    for (const run of this.#resting.splice(0)) if (isHere(run)) run.resume().catch(() => null);
    this.show();
  }
}
