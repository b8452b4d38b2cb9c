/** What Learn may know of the visitor's run on the Train tab, of which it imports nothing. */

/** @typedef {import("../train/run.js").Run} Run */

/**
 * @param {() => Promise<Run | null>} find the run that is on the Train tab; null: none is
 * @returns {import("../learn/forgery/sources.js").OwnRun}
 */
export function ownRunOf(find) {
  return {
    async step() {
      return (await find())?.snapshot?.weights ?? null;
    },
    async networks() {
      const entry = await (await find())?.model(null);
      if (!entry) throw new Error("there is no run on the Train tab any more");
      return entry;
    },
  };
}
