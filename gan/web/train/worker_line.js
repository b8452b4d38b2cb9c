/** The line from the page to a Worker: each question gets its answer, and what the Worker tells unasked is news. */

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
