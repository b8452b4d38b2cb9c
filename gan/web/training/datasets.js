/** Data sets that a page trains on. Training begins with the first part; the others are appended when they come. */

/** @import { DataList, Pictures } from "../engine/data_files.js" */
/** @import { TrainingSet } from "./batch.js" */

import { fetchList, fetchPart } from "../engine/data_files.js";
import { free } from "../engine/memory.js";
import { pictureLength } from "../engine/stages.js";
import { PackedPictures } from "./packed.js";

const FIRST_RETRY_MS = 2000;
const LAST_RETRY_MS = 60_000;

/** A data set that grows. */
class GrowingDataset {
  /** @param {DataList} list */
  constructor(list) {
    const total = list.train.reduce((sum, { count }) => sum + count, 0);
    this.list = list;
    this.total = total;
    this.images = new PackedPictures(pictureLength(list));
    this.labels = list.train.every(({ labels }) => labels) ? new Uint8Array(total) : null;
  }

  /** @param {Pictures} part whose memory is given back @returns {TrainingSet} all that is there now */
  append({ images, labels }) {
    const { size, channels, class_names } = this.list;
    if (labels) this.labels?.set(labels, this.images.count);
    this.images = this.images.with(images);
    free(images);
    return {
      images: this.images,
      labels: this.labels?.subarray(0, this.images.count) ?? null,
      class_names,
      channels,
      size,
      total: this.total,
    };
  }
}

/**
 * The training pictures of a data set that the page's server has files of.
 *
 * The pictures are packed, and all data sets that one call gives share their memory: they are for the Worker that asks.
 *
 * @param {string} name as "mnist": a folder in `baseUrl`
 * @param {string} baseUrl the address of the data sets' folders, without a slash at its end; in a Worker
 *   an absolute one
 * @param {object} [on]
 * @param {(dataset: TrainingSet) => void} [on.onPart] is told after each further part: all pictures that are there now
 * @param {AbortSignal} [on.signal] ends the fetching
 * @param {number} [on.retryMs] after which a further part that did not come is asked for again; each next pause is
 *   twice as long
 * @returns {Promise<TrainingSet>} its first part
 * @throws {Error} one line: the first part cannot be fetched, or is damaged.
 */
export async function loadDataset(name, baseUrl, { onPart, signal, retryMs = FIRST_RETRY_MS } = {}) {
  const folder = `${baseUrl}/${name}`;
  const list = await fetchList(folder, signal);
  const [first, ...others] = list.train;
  if (!first) throw new Error(`${name} has no pictures to train on`);
  const firstPart = await fetchPart(folder, list, first, signal); // before room is made for all
  const growing = new GrowingDataset(list);
  const dataset = growing.append(firstPart);

  /** @param {DataList["train"][number]} each @returns {Promise<Pictures | null>} null: it is not wanted any more */
  async function insistOn(each) {
    for (let pause = retryMs; !signal?.aborted; pause = Math.min(2 * pause, LAST_RETRY_MS)) {
      const part = await fetchPart(folder, list, each, signal).catch(() => null);
      if (part && !signal?.aborted) return part;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return null;
  }

  async function fetchOthers() {
    for (const each of others) {
      const part = await insistOn(each);
      if (!part) return;
      onPart?.(growing.append(part));
    }
  }
  if (onPart) fetchOthers();
  return dataset;
}
