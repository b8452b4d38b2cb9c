/**
 * A run in the page goes on while its tab is hidden; one on the server rests after a minute without a visit. The page says
 * so once, and where the device runs on its battery it offers to let a run in the page rest meanwhile.
 */

import { recall, remember } from "../shared/storage.js";
import { find, findInput } from "./elements.js";

/** @import { Run } from "./run.js" */

/** By where a run trains: under which name the browser keeps that a visitor has read the line. */
const STORES = { page: "forger-hidden-tab", server: "forger-hidden-tab-server" };
const LINES = {
  page: "It goes on while this tab is hidden.",
  server: "A minute after this tab is hidden, it rests; it goes on when you are back.",
};
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

/** @param {Run} run @returns {boolean} whether it is the visitor's, and can go on */
const isOn = (run) => run.isMine && !run.isOver;

/** @param {Run} run @returns {boolean} whether this page trains it, and it can go on */
const isHere = (run) => run.place === "page" && isOn(run);

export class HiddenTab {
  #line;
  #box;
  #runs;
  #isOnBattery = false;
  #isRead = { page: Boolean(recall(STORES.page)), server: Boolean(recall(STORES.server)) };
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

  /** Where the run trains that the line is about; one in the page comes first. */
  get #place() {
    return this.#runs().some(isHere) ? "page" : "server";
  }

  /** Shows the line where it is true of a run. */
  show() {
    const place = this.#place;
    const isAboutBattery = place === "page" && this.#isOnBattery;
    this.#line.hidden = !this.#runs().some(isOn) || !(isAboutBattery || !this.#isRead[place]);
    find(this.#line, "span").textContent = isAboutBattery ? ON_BATTERY : LINES[place];
    find(this.#line, "label").hidden = !isAboutBattery;
  }

  /** @param {Battery} battery */
  #learn({ charging }) {
    if (!charging && !this.#isOnBattery) this.#box.checked = true;
    this.#isOnBattery = !charging;
    this.show();
  }

  #leave() {
    const runs = this.#runs().filter(isHere);
    const place = this.#place;
    if (!this.#line.hidden && !(place === "page" && this.#isOnBattery)) {
      this.#isRead[place] = true; // it is said until the visitor has seen what it means
      remember(STORES[place], true);
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
