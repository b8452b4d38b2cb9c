/** What a visitor of the app sees who waits for the server: a run that was recorded, below the empty page. */

import { find } from "./elements.js";

/** @import { Phase } from "./status.js" */

export class Meanwhile {
  /** @type {HTMLDetailsElement | null} */
  #details;
  #url;
  /** @type {ReturnType<typeof import("./recorded.js").mount> | null} once it was opened */
  #recorded = null;

  /**
   * @param {HTMLElement} root holds live.html
   * @param {string | undefined} url of the recording; missing, or no live.html: nothing is shown
   */
  constructor(root, url) {
    this.#details = root.querySelector("details.meanwhile");
    this.#url = url;
    this.#details?.addEventListener("toggle", () => (this.#details?.open ? this.#play() : this.#halt()));
  }

  /** The run on the page is in another phase. @param {Phase} phase */
  follow(phase) {
    if (phase === "waiting") this.offer();
    else if (["running", "slow", "paused"].includes(phase)) this.#withdraw();
  }

  /** Shows the recording: a run waits for its turn, or the server has no room for it. */
  offer() {
    if (!this.#details?.hidden || !this.#url) return;
    this.#details.hidden = false;
    this.#details.open = true;
  }

  #withdraw() {
    if (!this.#details || this.#details.hidden) return;
    this.#details.hidden = true;
    this.#details.open = false;
  }

  #play() {
    const details = /** @type {HTMLDetailsElement} */ (this.#details);
    if (this.#recorded) return;
    const template = find(details, "template", HTMLTemplateElement);
    template.replaceWith(template.content);
    const options = { url: this.#url ?? "", moments: [], step: null, remember() {} };
    this.#recorded = import("./recorded.js").then(({ mount }) => mount(details, options));
    this.#recorded.catch((error) => {
      find(details, ".error").textContent = `The recording cannot be loaded (${error.message}).`;
    });
  }

  async #halt() {
    (await this.#recorded?.catch(() => null))?.halt();
  }
}
