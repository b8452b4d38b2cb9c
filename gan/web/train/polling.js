/** Asks the server for the news of a run, as often as somebody needs them (gan/ui/run_routes.py). */

import { readTensors } from "../engine/tensors.js";
import { live } from "./connection.js";

/** From an answer to the next question, in ms: of a run of one's own, of another's or one that waits, of one that rests. */
export const PACES = { own: 250, watched: 1000, resting: 5000 };
const LOOK_MS = 250; // between two looks at whether somebody watches again
const HURRY_MS = 5000; // after an order, in which the answer to it is looked for at the pace of one's own
const FIRST_RETRY_MS = 500; // after a question without an answer; each next pause is twice as long
const LAST_RETRY_MS = 30_000;
const ANSWER_MS = 30_000; // an answer takes less; over a connection that broke unnoticed none ever comes
const SERVER = "Forger-Server"; // the header that tells one start of the server from the next

/**
 * What is new of a run: all of it, only how far it is, or that the server knows it no longer.
 * @typedef {{kind: "snapshot", snapshot: any, arrays: any} | {kind: "pace", pace: object} |
 *   {kind: "gone", isRestarted: boolean}} News isRestarted: whether the server has been started again since
 */

/**
 * Asks for the news of a run again and again, until it is closed. Nothing is asked while nobody looks: the page is
 * hidden, or `isWatched` says so. After `close` a request that is under way is cancelled, and no answer is told.
 *
 * @param {string} name the run's
 * @param {object} on
 * @param {() => boolean} on.isWatched
 * @param {() => number} on.version of the snapshot that is known; −1: none
 * @param {() => number} on.pace ms from an answer to the next question, one of PACES
 * @param {(news: News) => void} on.told
 * @param {(trouble: string) => void} on.reached is told after each question why there was no answer; "": there was one
 * @returns {{close: () => void, hurry: () => void}} hurry: an order was given, and its effect is asked for at once
 */
export function connect(name, { isWatched, version, pace, told, reached }) {
  const closing = new AbortController();
  const { signal } = closing;
  let dueAt = 0; // when the next question is to be asked, as Date.now has it
  let hurriesUntil = 0;
  let failures = 0; // since the last answer
  let isAsking = false;
  let server = ""; // which has answered last
  let question = new AbortController(); // of the request that is under way, if one is
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @returns {Promise<News>} @throws {Error} one line: why there is no answer that makes sense */
  async function ask() {
    question = new AbortController();
    const response = await fetch(live(`watch/${name}?after=${version()}`), { signal: question.signal }).catch(
      () => {
        throw new Error("no connection");
      },
    );
    const isShort = response.headers.get("content-type")?.includes("json");
    const answering = response.headers.get(SERVER) ?? "";
    const isRestarted = server !== "" && answering !== server;
    if (response.status === 404 && isShort) return { kind: "gone", isRestarted };
    if (!response.ok) throw new Error(`the server answers ${response.status}`); // or a proxy in its place
    /** @type {News} */
    let news;
    try {
      news = isShort ? { kind: "pace", pace: await response.json() } : await unpack(response);
    } catch {
      if (question.signal.aborted) throw new Error("no connection");
      throw new Error("something else answers in the server’s place"); // as the page of a network's gate
    }
    server = answering;
    return news;
  }

  async function askIfDue() {
    clearTimeout(timer);
    const isSeen = isWatched() && !document.hidden;
    if (isSeen && !isAsking && Date.now() >= dueAt) {
      isAsking = true;
      dueAt = 0;
      const late = setTimeout(() => question.abort(), ANSWER_MS);
      const [news, trouble] = await ask().then(
        (answer) => /** @type {const} */ ([answer, ""]),
        (error) => /** @type {const} */ ([null, error.message]),
      );
      clearTimeout(late);
      isAsking = false;
      if (signal.aborted) return;
      failures = news ? 0 : failures + 1;
      reached(trouble);
      if (news) told(news);
      dueAt =
        Date.now() + (news ? nextPace() : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS));
    }
    if (signal.aborted) return;
    timer = setTimeout(askIfDue, isSeen ? Math.max(0, dueAt - Date.now()) : LOOK_MS);
  }

  const nextPace = () => (Date.now() < hurriesUntil ? Math.min(PACES.own, pace()) : pace());

  /** Asks now, and not when it is due. */
  function askNow() {
    if (isAsking || signal.aborted) return; // the next question comes soon after this one's answer
    dueAt = 0;
    askIfDue();
  }

  document.addEventListener("visibilitychange", askNow, { signal });
  globalThis.addEventListener?.("online", askNow, { signal });
  askIfDue();
  return {
    close() {
      closing.abort();
      question.abort();
      clearTimeout(timer);
    },
    hurry() {
      hurriesUntil = Date.now() + HURRY_MS;
      askNow();
    },
  };
}

/** @param {Response} response @returns {Promise<News>} */
async function unpack(response) {
  const { metadata, arrays } = readTensors(await response.arrayBuffer());
  return { kind: "snapshot", snapshot: JSON.parse(metadata.snapshot), arrays };
}
