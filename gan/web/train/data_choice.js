/** What the next run learns from: a set that is there, or pictures that the visitor drops or chooses. */

import { acceptDrops } from "../shared/drops.js";
import { number } from "../shared/text.js";
import { copyWarning } from "../training/few_pictures.js";
import { countOf } from "../training/packed.js";
import { find, findButton, findInput } from "./elements.js";
import { OWN } from "./own_source.js";
import { Fitting } from "./pictures/fitting.js";
import { chosenIn, droppedIn } from "./pictures/given.js";
import { readOwn } from "./pictures/own.js";
import { showSheet } from "./pictures/sheet.js";

/** @import { Given } from "./pictures/given.js" */
/** @import { OwnPictures } from "./pictures/reading.js" */

/**
 * @typedef {object} Page
 * @property {() => void} changed is told when another set is chosen, or has been read
 * @property {((file: File) => unknown) | null} openState is given a training state that was dropped; null: nobody can go
 *   on from one
 * @property {(error?: Error) => void} complain shows what went wrong; nothing: that all is well
 */

export class DataChoice {
  /** @type {(OwnPictures & {listing: Promise<Given[]>}) | null} what was read last, and of which files; null: nothing */
  #own = null;
  #isReading = false; // so that nothing is started with what was read before
  #root;
  #page;
  #select;
  #reading = new AbortController();
  #fitting;
  /** @type {Promise<Given[]> | null} the files that were given last */
  #given = null;

  /**
   * @param {HTMLElement} root holds .learns-from
   * @param {Page} page
   */
  constructor(root, page) {
    this.#root = find(root, ".learns-from");
    this.#page = page;
    this.#select = find(this.#root, ".dataset", HTMLSelectElement);
    this.#select.addEventListener("change", () => this.#choose());
    for (const kind of ["folder", "files"]) {
      const input = findInput(this.#root, `.${kind}-input`);
      findButton(this.#root, `.choose-${kind}`).addEventListener("click", () => input.click());
      input.addEventListener("change", () => {
        this.#read(Promise.resolve(chosenIn(input.files ?? [])));
        input.value = ""; // the same folder may be chosen again
      });
    }
    this.#fitting = new Fitting(this.#root, () => this.#given && this.#read(this.#given));
    this.#acceptDrops(root);
  }

  /** The name of the chosen set. */
  get name() {
    return this.#select.value;
  }

  /** What a run's title says of the chosen set: ", your own pictures", or nothing for MNIST, the first in the list. */
  get addition() {
    const { selectedIndex, selectedOptions } = this.#select;
    return selectedIndex > 0 ? `, ${selectedOptions[0].label.replace(/ [(…].*/, "")}` : "";
  }

  /** Chooses a set that a run learns from. Where it is not offered yet, library.js finds its title. @param {string} name */
  choose(name) {
    const { options } = this.#select;
    const isOffered = [...options].some(({ value }) => value === name);
    if (!isOffered) this.#select.add(new Option(name, name), options.length - 1); // before the visitor's own pictures
    this.#select.value = name;
    this.#select.dispatchEvent(new Event("change"));
  }

  /** The visitor's own pictures, if they are chosen and have been read. */
  get pictures() {
    return this.name === OWN && !this.#isReading ? (this.#own?.dataset ?? null) : null;
  }

  /** What is said of the pictures that are chosen, where they are too few to learn from; else "". */
  get warning() {
    return this.pictures ? copyWarning(countOf(this.pictures)) : "";
  }

  /** @param {HTMLElement} root on which files may be dropped while it can be seen */
  #acceptDrops(root) {
    const isMeant = (/** @type {DataTransfer | null} */ data) =>
      root.offsetParent !== null && !!data?.types.includes("Files");
    acceptDrops(isMeant, this.#root, (data) => {
      const [file, ...others] = data.files;
      const isState = others.length === 0 && file?.name.toLowerCase().endsWith(".safetensors");
      if (isState && this.#page.openState) this.#page.openState(file);
      else this.#read(droppedIn(data));
    });
  }

  #choose() {
    find(this.#root, ".own").hidden = this.name !== OWN;
    this.#page.complain();
    this.#page.changed();
  }

  /**
   * Reads files. If they cannot be read, what was read before stays.
   * @param {Promise<Given[]>} listing of files, which has begun
   */
  async #read(listing) {
    this.#reading.abort(); // of files that were given before
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    this.#select.value = OWN;
    this.#isReading = true;
    this.#given = listing;
    this.#say("Looking for pictures …");
    this.#choose();
    /** @type {Error | undefined} */
    let reason;
    try {
      const given = await listing;
      const progress = (/** @type {number} */ done, /** @type {number} */ all) =>
        this.#say(`${number(done)} of ${number(all)} pictures are read …`, done / all);
      const own = await readOwn(given, { ...this.#fitting.choice, progress, signal });
      if (!signal.aborted) this.#own = { ...own, listing };
    } catch (error) {
      reason = /** @type {Error} */ (error);
    }
    if (signal.aborted) return;
    this.#isReading = false;
    this.#show();
    this.#page.changed();
    if (reason) this.#page.complain(reason);
  }

  /** Shows what was read last. */
  #show() {
    const own = this.#own;
    this.#given = own?.listing ?? null;
    this.#fitting.show(own?.dataset.size ?? null);
    this.#say(own ? `${own.summary}. ${copyWarning(countOf(own.dataset))}`.trim() : "");
    if (own) showSheet(find(this.#root, ".sheet"), own.dataset);
  }

  /** @param {string} words @param {number} [share] that is done, 0…1; missing: nothing is under way */
  #say(words, share) {
    find(this.#root, ".read").textContent = words;
    const bar = find(this.#root, ".own progress", HTMLProgressElement);
    bar.hidden = share === undefined;
    bar.value = share ?? 0;
    if (share === undefined) find(this.#root, ".sheet").replaceChildren();
  }
}
