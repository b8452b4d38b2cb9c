// Reads a visitor's pictures in a Worker of its own.

/** @import { Given } from "./given.js" */
/** @import { OwnPictures } from "./reading.js" */
/** @import { Polarity } from "../../shared/pictures/treatment.js" */

import { WorkerLine } from "../worker_line.js";

const startReader = () => new Worker(new URL("./reader.js", import.meta.url), { type: "module" });

/**
 * @param {Given[]} given
 * @param {object} how
 * @param {number | null} how.size pixels, the height and the width that all pictures get; null: the pictures decide
 * @param {Polarity} [how.polarity]
 * @param {(done: number, all: number) => void} how.progress
 * @param {AbortSignal} how.signal ends the reading: then nothing is answered
 * @returns {Promise<OwnPictures>}
 * @throws {Error} one line: there is no picture, or too many are damaged.
 */
export async function readOwn(given, { size, polarity, progress, signal }) {
  const line = new WorkerLine(startReader());
  line.told = (news) => {
    const { done, all } = /** @type {{done: number, all: number}} */ (news);
    progress(done, all);
  };
  signal.addEventListener("abort", () => line.close());
  try {
    return await line.ask("read", { given, size, polarity });
  } finally {
    line.close();
  }
}
