/** The line from the page to a Worker: each question gets its answer, and what the Worker tells unasked is news. */

const LISTENS_MS = [15_000, 30_000, 60_000]; // that a Worker may take to load its program; then another one is started

export class WorkerLine {
  /** @type {(news: object) => void} is told the news */
  told = () => {};
  /** @type {() => void} is told when the Worker has broken down */
  broke = () => {};
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  #waiting = new Map();
  #count = 0;
  #isClosed = false;
  #worker;

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data: { id, answer, error, news } }) => {
      if (news) return this.told(news);
      const asked = this.#waiting.get(id);
      this.#waiting.delete(id);
      error === undefined ? asked?.resolve(answer) : asked?.reject(new Error(error));
    };
    worker.onerror = ({ message }) => {
      this.#end(`training in this page has broken down: ${message ?? "its program cannot be loaded"}`);
      this.broke();
    };
  }

  /**
   * @param {string} task
   * @param {unknown} [asked]
   * @returns {Promise<any>} the Worker's answer
   * @throws {Error} One line for the page.
   */
  ask(task, asked) {
    if (this.#isClosed) return Promise.reject(new Error("this run is over; start another"));
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#count, { resolve, reject });
      this.#worker.postMessage({ id: this.#count, task, asked });
    });
  }

  /** Ends the Worker. */
  close() {
    this.#end("this run is over; start another");
  }

  /** @param {string} reason what those hear who wait for an answer */
  #end(reason) {
    this.#isClosed = true;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} reason
 * @returns {Promise<T>} the same, or an Error of this reason if nothing has come of it by then
 */
export function within(promise, ms, reason) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(reason)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/**
 * A line to a Worker that listens: it has answered to "hello". A browser may start a Worker that never does (Firefox, in
 * about two of forty starts); another one is started in its place then.
 * @param {() => Worker} startWorker
 * @returns {Promise<WorkerLine>}
 * @throws {Error} One line: none of them listens.
 */
export async function lineTo(startWorker) {
  let failure;
  for (const ms of LISTENS_MS) {
    const line = new WorkerLine(startWorker());
    let isBroken = false;
    line.broke = () => {
      isBroken = true;
    };
    try {
      await within(
        line.ask("hello"),
        ms,
        "this browser has not started the program that trains; reload this page",
      );
      return line;
    } catch (error) {
      failure = error;
      line.close();
      if (isBroken) break; // its program cannot be loaded, and another would not load it either
    }
  }
  throw failure;
}
