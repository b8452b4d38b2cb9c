// How the workers of a run add up their gradients. Each sum is made in one order, so all workers hold the same weights,
// bit for bit. There is a way for browsers that let Workers share memory, and one that needs messages only.

/** @import { Parameters } from "./parameters.js" */

/**
 * @typedef {object} Exchange
 * @property {(parameters: Parameters) => Promise<void>} sum adds up `parameters.shared` over all workers, in place
 * @property {(error: Error) => void} fail makes `sum` throw from now on: a worker is lost
 */

const PATIENCE = 60; // seconds until a worker that shares memory counts as lost

/** @param {number} length @param {number} parts @returns {number[]} where equal parts begin, and the end */
const bounds = (length, parts) =>
  Array.from({ length: parts + 1 }, (_, i) => Math.min(length, Math.ceil((length * i) / parts)));

/** Adds numbers to others, in place. @param {Float32Array} sums @param {Float32Array} numbers */
function add(sums, numbers) {
  for (let i = 0; i < sums.length; i++) sums[i] += numbers[i];
}

/**
 * By messages. Each worker adds up one part for all and hands it round, so what a worker moves does not grow with their
 * number. Arrays are transferred, and not copied once more.
 * @implements {Exchange}
 */
export class MessageExchange {
  /**
   * @param {number} rank of this worker, 0…
   * @param {Map<number, MessagePort>} ports to the others, by their ranks
   */
  constructor(rank, ports) {
    this.rank = rank;
    this.ports = ports;
    this.count = ports.size + 1;
    /** @type {Map<number, Float32Array<ArrayBuffer>[]>} what came and was not taken: a fast worker may be a round ahead */
    this.inboxes = new Map();
    /** @type {Map<number, Float32Array<ArrayBuffer>[]>} arrays that are used again, by their lengths */
    this.spare = new Map();
    /** @type {() => void} */
    this.wake = () => {};
    /** @type {Error | null} */
    this.error = null;
    for (const [from, port] of ports) {
      this.inboxes.set(from, []);
      port.onmessage = ({ data }) => {
        this.inboxes.get(from)?.push(data);
        this.wake();
      };
    }
  }

  /** What each of the others sent in this round, by rank. @returns {Promise<Map<number, Float32Array<ArrayBuffer>>>} */
  async receive() {
    const inboxes = [...this.inboxes.values()];
    while (inboxes.some((inbox) => !inbox.length)) {
      if (this.error) throw this.error;
      await new Promise((resolve) => {
        this.wake = () => resolve(undefined);
      });
    }
    return new Map(
      Array.from(this.inboxes, ([from, inbox]) => [
        from,
        /** @type {Float32Array<ArrayBuffer>} */ (inbox.shift()),
      ]),
    );
  }

  /** @param {Error} error */
  fail(error) {
    this.error = error;
    this.wake();
  }

  /** Sends a copy. @param {number} to @param {Float32Array} numbers */
  send(to, numbers) {
    const copy = this.copyOf(numbers);
    this.ports.get(to)?.postMessage(copy, [copy.buffer]);
  }

  /** A copy in an array that was received, where one is left: steps would make hundreds of MB of garbage. @param {Float32Array} numbers */
  copyOf(numbers) {
    const copy = this.spare.get(numbers.length)?.pop() ?? new Float32Array(numbers.length);
    copy.set(numbers);
    return copy;
  }

  /** @param {Float32Array<ArrayBuffer>} numbers that are not needed any more */
  giveBack(numbers) {
    const { length } = numbers;
    if (!this.spare.has(length)) this.spare.set(length, []);
    this.spare.get(length)?.push(numbers);
  }

  /** @param {Parameters} parameters */
  async sum(parameters) {
    const all = parameters.shared;
    const starts = bounds(all.length, this.count);
    for (const to of this.ports.keys()) this.send(to, all.subarray(starts[to], starts[to + 1]));
    const received = await this.receive();
    const own = all.subarray(starts[this.rank], starts[this.rank + 1]);
    received.set(this.rank, this.copyOf(own));
    own.fill(0);
    for (let from = 0; from < this.count; from++) {
      const part = /** @type {Float32Array<ArrayBuffer>} */ (received.get(from));
      add(own, part);
      this.giveBack(part);
    }
    for (const to of this.ports.keys()) this.send(to, own);
    for (const [from, part] of await this.receive()) {
      all.set(part, starts[from]);
      this.giveBack(part);
    }
  }
}

/**
 * By shared memory, where the page is cross-origin isolated.
 * @implements {Exchange}
 */
export class SharedExchange {
  /**
   * @param {number} rank
   * @param {number} count
   * @param {SharedArrayBuffer} buffer `SharedExchange.bytes` long, the same for all workers
   */
  constructor(rank, count, buffer) {
    this.rank = rank;
    this.count = count;
    this.signals = new Int32Array(buffer, 0, 2); // how many have arrived, and how many rounds are over
    this.numbers = new Float32Array(buffer, 8);
  }

  /** @param {number} count workers @param {number} length of the longest array to add up, in numbers */
  static bytes = (count, length) => 8 + 4 * count * length;

  /** Waits until all workers are here. */
  async meet() {
    const round = Atomics.load(this.signals, 1);
    if (Atomics.add(this.signals, 0, 1) + 1 === this.count) {
      Atomics.store(this.signals, 0, 0);
      Atomics.add(this.signals, 1, 1);
      Atomics.notify(this.signals, 1);
      return;
    }
    for (let waited = 0; Atomics.load(this.signals, 1) === round; waited++) {
      if (waited === PATIENCE) throw new Error("a Worker does not answer");
      Atomics.wait(this.signals, 1, round, 1000);
    }
  }

  fail() {} // who waits here hears nothing: it gives up by itself

  /** @param {Parameters} parameters */
  async sum(parameters) {
    const all = parameters.shared;
    const { length } = all;
    const rows = Array.from({ length: this.count }, (_, i) =>
      this.numbers.subarray(i * length, (i + 1) * length),
    );
    rows[this.rank].set(all);
    await this.meet();
    const [start, end] = [
      Math.ceil((length * this.rank) / this.count),
      Math.ceil((length * (this.rank + 1)) / this.count),
    ];
    const own = rows[0].subarray(start, end);
    for (let from = 1; from < this.count; from++) add(own, rows[from].subarray(start, end));
    await this.meet();
    all.set(rows[0]);
    await this.meet(); // nobody writes the next round before all have read this one
  }
}
