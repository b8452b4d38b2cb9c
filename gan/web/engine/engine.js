// Who computes what the page shows: a Worker in the page, or, where that cannot be had, the server.

/** @import { Report } from "./fetching.js" */
/** @import { DrawAnswer, Engine, LoadedModel, Server, SheetAnswer } from "./types.js" */

import { fetchWithReport } from "./fetching.js";

const MAX_PICTURES = 400; // of one request to the server (gan/ui/explore.py)
const MAX_NUMBERS = 2500; // of z in one request, some 20 letters each: the server takes at most 64 kB

/** @param {string} name @returns {string} the address of a file beside this one */
const beside = (name) => new URL(name, import.meta.url).href;
/** @param {string} url from the page's own address: a Worker would take it from its own @returns {string} */
const absolute = (url) => new URL(url, document.baseURI).href;

/**
 * The networks in the page itself.
 * @implements {Engine}
 */
class LocalEngine {
  /** @type {Report} */
  #report;

  /** @param {Report} report follows each file that is fetched */
  constructor(report) {
    this.#report = report;
    this.worker = new Worker(beside("worker.js"), { type: "module" });
    /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
    this.waiting = new Map();
    this.count = 0;
    this.worker.onmessage = ({ data: { id, answer, error } }) => {
      const asked = this.waiting.get(id);
      this.waiting.delete(id);
      error === undefined ? asked?.resolve(answer) : asked?.reject(new Error(error));
    };
    this.worker.onerror = ({ message }) => {
      for (const { reject } of this.waiting.values())
        reject(new Error(message ?? "its program cannot be loaded"));
      this.waiting.clear();
    };
  }

  /**
   * @param {string} task
   * @param {object} asked
   * @param {ArrayBuffer[]} [given] what of it the Worker keeps
   * @returns {Promise<any>}
   */
  ask(task, asked, given = []) {
    return new Promise((resolve, reject) => {
      this.waiting.set(++this.count, { resolve, reject });
      this.worker.postMessage({ id: this.count, task, asked }, given);
    });
  }

  /** @returns {Promise<void>} */
  start() {
    return this.ask("start", {});
  }

  /** @type {Engine["useClassifier"]} */
  async useClassifier(url) {
    try {
      const weights = await fetchWithReport(absolute(url), () => {});
      await this.ask("useClassifier", { weights }, [weights]);
    } catch (error) {
      await this.ask("useClassifier", { weights: null }); // whoever waits for it goes on without
      throw error;
    }
  }

  /** @type {Engine["load"]} */
  async load(name, url) {
    const file = await fetchWithReport(absolute(url), this.#report);
    return this.ask("load", { name, file }, [file]);
  }

  /** @type {Engine["draw"]} */
  draw = (asked) => this.ask("draw", asked);
  /** @type {Engine["sheet"]} */
  sheet = (asked) => this.ask("sheet", asked);
  /** @type {Engine["discriminate"]} */
  discriminate = (asked) => this.ask("discriminate", asked);
  /** @type {Engine["features"]} */
  features = (asked) => this.ask("features", asked);
  /** @type {Engine["along"]} */
  along = (asked) => this.ask("along", asked);
  /** @type {Engine["drawAlong"]} */
  drawAlong = (asked) => this.ask("drawAlong", asked);
  /** @type {Engine["between"]} */
  between = (asked) => this.ask("between", asked);
  /** @type {Engine["startSearch"]} */
  startSearch = (asked) => this.ask("startSearch", asked);
  /** @type {Engine["continueSearch"]} */
  continueSearch = (asked) => this.ask("continueSearch", asked);
  /** @type {Engine["nearest"]} */
  nearest = ({ folder, ...asked }) => this.ask("nearest", { ...asked, folder: absolute(folder) });
}

/** Says what cannot be had without the networks in the page. @param {string} what @returns {() => Promise<never>} */
const missing = (what) => async () => {
  throw new Error(
    `${what} needs the networks in the page, and this browser cannot run them. A current Chrome, Firefox or Safari can.`,
  );
};

/**
 * The networks on the server, which knows the models that ship, by name.
 * @implements {Engine}
 */
class RemoteEngine {
  /** @param {Server} server */
  constructor(server) {
    this.server = server;
  }

  /**
   * @param {string} name
   * @param {object} asked
   * @returns {Promise<any>}
   */
  async ask(name, asked) {
    const answer = await this.server[name](asked);
    if (answer.error) throw new Error(answer.error);
    for (const part of ["picture", "hand", "pictures"]) if (answer[part]) answer[part] = decode(answer[part]);
    if (answer.saliency) answer.saliency = new Float32Array(decode(answer.saliency).buffer);
    return answer;
  }

  /** @param {string} name @returns {Promise<LoadedModel>} */
  async load(name) {
    const known = await this.ask("load", { model: name });
    const { names, ...arrays } = known.latent_map;
    for (const array of Object.values(arrays)) array.values = Float32Array.from(array.values);
    return known;
  }

  /** @type {Engine["draw"]} */
  draw = (asked) => this.ask("draw", { ...asked, z: [...asked.z] });

  /**
   * As many pictures as are asked for, in requests that the server takes.
   * @param {Parameters<Engine["sheet"]>[0]} asked
   * @returns {Promise<SheetAnswer>}
   */
  async sheet({ z, digits, ...asked }) {
    const size = z.length / digits.length;
    const count = Math.max(1, Math.min(MAX_PICTURES, Math.floor(MAX_NUMBERS / size)));
    /** @type {SheetAnswer[]} */
    const parts = [];
    for (let start = 0; start < digits.length; start += count) {
      const end = start + count;
      const part = { ...asked, z: [...z.slice(start * size, end * size)], digits: digits.slice(start, end) };
      parts.push(await this.ask("sheet", part));
    }
    /** @param {"logits" | "read"} name */
    const joined = (name) => parts[0][name] && parts.flatMap((part) => part[name] ?? []);
    return {
      pictures: Uint8Array.from(parts.flatMap(({ pictures }) => [...pictures])),
      logits: joined("logits"),
      read: joined("read"),
    };
  }

  useClassifier = async () => {}; // the server has its own
  discriminate = missing("A look at single pictures");
  features = missing("A look inside the networks");
  along = missing("A morph");
  drawAlong = missing("A morph");
  between = missing("A sheet between four stops");
  startSearch = missing("The search for a drawing in this model");
  continueSearch = this.startSearch;
  nearest = missing("The search for the nearest real digits");
}

/** @param {string} text base64 @returns {Uint8Array<ArrayBuffer>} */
export const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * @param {Server | null} server the functions draw, sheet and load; null if there is none
 * @param {Report} [report] follows each file that is fetched
 * @returns {Promise<{engine: Engine, isLocal: boolean}>} isLocal: it runs in this page
 */
export async function startEngine(server, report = () => {}) {
  try {
    const engine = new LocalEngine(report);
    await engine.start();
    return { engine, isLocal: true };
  } catch (error) {
    if (!server) throw error;
    return { engine: new RemoteEngine(server), isLocal: false };
  }
}
