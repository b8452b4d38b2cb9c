/** The Train tab of an exported page: runs that the page trains, and a recorded one to watch first. */

import { find, findButton } from "./elements.js";
import { pageHost } from "./hosts.js";
import { mount as mountRecorded } from "./recorded.js";
import { mount as mountTrain } from "./train.js";

/** @import { Description } from "./train.js" */
/** @import { Addresses } from "./hosts.js" */

/** @typedef {Awaited<ReturnType<typeof mountRecorded>>} Recorded */

/**
 * @param {HTMLElement} root holds practice.html
 * @param {object} options
 * @param {Description} options.description
 * @param {Addresses} options.addresses
 * @param {{url: string, moments: import("./recorded_run.js").Moment[]}} options.recording
 * @param {number | null} options.step of the recorded run, where a link leads to it; null: a visitor may train at once
 * @param {(step: number | null) => void} options.remember is told the step that is looked at; null: the recording is left
 * @returns {Promise<Practice>}
 */
export async function mount(root, options) {
  const practice = new Practice(root, options);
  await practice.show(options.step !== null);
  return practice;
}

class Practice {
  #root;
  #options;
  /** @type {Promise<Recorded> | null} once it was asked for */
  #recorded = null;
  /** @type {number | null} the step of the recorded run that is looked at; null: another thing is */
  step = null;

  /** @param {HTMLElement} root @param {Parameters<typeof mount>[1]} options */
  constructor(root, options) {
    this.#root = root;
    this.#options = options;
    const host = pageHost(options.description, options.addresses);
    /** Gives the run that the page trains. */
    this.run = mountTrain(find(root, ".in-page"), options.description, host);
    find(root, ".in-page").addEventListener("forger:wanted", () => {
      if (find(root, ".in-page").hidden) this.show(false);
    });
    findButton(root, ".train-here").addEventListener("click", () => this.show(false));
    findButton(root, ".watch-first").addEventListener("click", () => this.show(true));
  }

  /** @param {boolean} isRecorded whether the recorded run is shown */
  async show(isRecorded) {
    const root = this.#root;
    find(root, ".in-page").hidden = isRecorded;
    find(root, ".watched").hidden = !isRecorded;
    findButton(root, ".train-here").setAttribute("aria-pressed", String(!isRecorded));
    findButton(root, ".watch-first").setAttribute("aria-pressed", String(isRecorded));
    if (!isRecorded) {
      await this.halt();
      this.#look(null);
      return;
    }
    try {
      this.#recorded ??= this.#mountRecorded();
      this.#look((await this.#recorded).step);
    } catch (error) {
      this.#recorded = null; // the next press asks again
      const reason = error instanceof Error ? error.message : String(error);
      find(root, ".watched .error").textContent = `The recording cannot be loaded (${reason}).`;
    }
  }

  /** @returns {Promise<Recorded>} */
  #mountRecorded() {
    const { recording, step } = this.#options;
    const remember = (/** @type {number} */ at) => this.#look(at);
    return mountRecorded(find(this.#root, ".watched"), { ...recording, step, remember });
  }

  /** @param {number | null} step */
  #look(step) {
    this.step = step;
    this.#options.remember(step);
  }

  /** A recording does not play on while something else is looked at. */
  async halt() {
    (await this.#recorded?.catch(() => null))?.halt();
  }
}
