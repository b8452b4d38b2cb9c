/** What the page says of a run, and which of its controls can be used: one function from a run to words. */

import { make } from "../shared/paint.js";
import { number } from "../shared/text.js";
import { find, findAll, findButton } from "./elements.js";
import { createFocusKeeper } from "./focus.js";

const MAX_ANNOUNCEMENTS = 5; // that stay in the page

/**
 * Where a run is, as a visitor understands it. Beside the states that the server has (run.js): "none" was started,
 * "asked" for but not known yet, "waiting" for its turn, "slow" in slow motion, "gone" from the server.
 * @typedef {import("./run.js").Status | "none" | "asked" | "waiting" | "slow" | "gone"} Phase
 */

/**
 * @typedef {object} View what the page shows
 * @property {Phase} phase
 * @property {string} word what is going on, in a word or two
 * @property {string[]} reasons why, or what to do
 * @property {string[]} facts how far it is and how fast
 * @property {string} go what the main button says
 * @property {boolean} canGo whether it can be pressed
 * @property {boolean} canStop
 * @property {boolean} canSteer whether steps are possible: it is not somebody else's run
 * @property {boolean} canChange whether it can be repaired, sent back and set otherwise: it is one's own, and not over
 * @property {boolean} isCutOff whether the server does not answer
 * @property {boolean} canSave whether there is anything to download
 */

/** @type {Record<Phase, {word: string, reason?: string, go: string, canGo?: boolean}>} */
const PHASES = {
  none: { word: "Press Start", go: "Start" },
  asked: { word: "Getting ready", go: "Pause", canGo: false },
  compiling: { word: "Getting ready", go: "Pause", canGo: false },
  waiting: { word: "Waiting", go: "Pause" },
  running: { word: "Training", go: "Pause" },
  slow: { word: "Slow motion", reason: "D and G learn in turn, one small step each", go: "Pause" },
  paused: { word: "Paused", go: "Go on" },
  failed: {
    word: "Training failed",
    reason: "go back to before it happened, or stop the run and start again",
    go: "Go on",
    canGo: false,
  },
  stopped: { word: "Stopped", go: "Start" },
  gone: { word: "Stopped", go: "Start" },
};

const OVER = "this run is over; start another";
const RESTARTED = "the server was started again, and this run has ended with it; start another";

/**
 * What a run waits for before its first step.
 * @type {Record<"page" | "server", Partial<Record<Phase, string>>>}
 */
const PREPARING = {
  page: { compiling: "the pictures and the networks are brought into this page" },
  server: {
    asked: "the server is asked for the run",
    compiling: "the training program is being compiled, which takes about 5 to 9 seconds the first time",
  },
};

/**
 * @param {import("./run.js").Run | null} run
 * @param {boolean} isSlow whether slow motion is on
 * @returns {Phase}
 */
export function phaseOf(run, isSlow) {
  if (!run) return "none";
  if (run.isGone) return "gone";
  if (!run.snapshot) return "asked";
  const { status, queue_position } = run.snapshot;
  if (queue_position && status !== "stopped") return "waiting";
  if (isSlow && status === "paused") return "slow";
  return status;
}

/**
 * @param {import("./run.js").Run | null} run
 * @param {boolean} isSlow
 * @param {string} many what is forged: "digits"
 * @param {boolean} [isComing] whether a run is on its way onto the page
 * @param {string} [isSaid] what the page says already, beside what the run learns from
 * @returns {View}
 */
export function viewOf(run, isSlow, many, isComing = false, isSaid = "") {
  const phase = isComing && (run?.isOver ?? true) ? "asked" : phaseOf(run, isSlow);
  const { word, reason, go, canGo = true } = PHASES[phase];
  const snapshot = run?.snapshot;
  const isOver = !run || run.isOver;
  const isTheirs = !isOver && !run.isMine;
  const reasons = [];
  if (!run) reasons.push(`noise turns into ${many} in about ${many === "digits" ? 15 : 60} seconds`);
  if (run?.trouble && !run.isGone) reasons.push(`${run.trouble}; the run goes on for a minute`);
  if (phase === "gone") reasons.push(run?.isRestarted ? RESTARTED : OVER);
  if (phase === "gone" && run?.files.length)
    reasons.push("its pictures and curves stay here, and can be saved");
  if (isTheirs) reasons.push("somebody else’s run: you can watch it");
  if (phase === "waiting") reasons.push(queue(snapshot?.queue_position ?? 0));
  const preparing = run && PREPARING[run.place][phase];
  for (const each of [reason, preparing]) if (each) reasons.push(each);
  const message = snapshot?.message.replace(isSaid, "").trim();
  if (message) reasons.push(message);
  return {
    phase,
    word,
    reasons,
    facts: snapshot?.step ? [...pace(snapshot, many), ...speed(snapshot, many)] : [],
    go: isTheirs ? "Start your own" : go,
    canGo: isTheirs || canGo,
    canStop: !isOver && !isTheirs,
    canSteer: !isTheirs,
    canChange: !isOver && !isTheirs,
    isCutOff: Boolean(run?.trouble),
    canSave: Boolean(snapshot?.step) && Boolean(run?.files.length),
  };
}

/** @param {number} position how many runs train before this one */
const queue = (position) =>
  `${position} ${position === 1 ? "run is" : "runs are"} before yours; training starts by itself, and a recorded run is shown below`;

/**
 * How far a run is, live or recorded.
 *
 * @param {{step: number, images: number, seconds: number}} moment
 * @param {string} many what it learns from: "digits"
 */
export const pace = ({ step, images, seconds }, many) => [
  `step ${number(step)}`,
  `${number(images)} ${many} seen`,
  `${seconds.toFixed(1)} s`,
];

/** How fast a run is, and in the page who does it. @param {import("./run.js").Snapshot} snapshot @param {string} many */
function speed({ rate, workers }, many) {
  const fast = rate ? [`${number(rate)} ${many}/s`] : []; // none is known of a run that was found again
  return workers ? [...fast, `in this page, ${workers} ${workers === 1 ? "Worker" : "Workers"}`] : fast;
}

/**
 * Writes the status line, if it is another than the one that stands there.
 *
 * @param {HTMLElement} line
 * @param {string} word
 * @param {string[]} facts
 */
export function tell(line, word, facts) {
  const text = [word, ...facts].join(" ");
  if (line.textContent === text) return;
  line.replaceChildren();
  make(line, "b", {}, word);
  for (const fact of facts) {
    line.append(" "); // so that words are apart where the line is read as text
    make(line, "span", {}, fact);
  }
}

/**
 * Shows a view on the page: the status line, and which controls can be used.
 *
 * @param {HTMLElement} root holds train.html
 * @param {(text: string) => void} announce makes screen readers say a sentence
 * @returns {(view: View) => void}
 */
export function createStatus(root, announce) {
  const keepFocus = createFocusKeeper(root, findButton(root, ".go"));
  let announced = ""; // the words that were said last: how far the run is, is not said four times a second

  return (view) => {
    const words = [view.word, ...view.reasons];
    find(root, ".train").dataset.status = view.phase;
    find(root, ".train").classList.toggle("cut-off", view.isCutOff);
    tell(find(root, ".status"), view.word, [...view.reasons, ...view.facts]);
    if (words.join(", ") !== announced) announce(words.join(", "));
    announced = words.join(", ");
    findButton(root, ".go").textContent = view.go;
    findButton(root, ".go").disabled = !view.canGo;
    findButton(root, ".stop").disabled = !view.canStop;
    const controlsOf = (/** @type {string} */ selector) =>
      /** @type {(HTMLButtonElement | HTMLInputElement)[]} */ (findAll(root, selector));
    for (const control of controlsOf(".step, .slow")) control.disabled = !view.canSteer;
    for (const control of controlsOf(".mend, .back, .knobs input")) control.disabled = !view.canChange;
    keepFocus();
  };
}

/**
 * Makes screen readers say a sentence, and then be quiet until the next.
 *
 * @param {HTMLElement} log has role="log", and cannot be seen
 */
export const createAnnouncer = (log) => (/** @type {string} */ text) => {
  make(log, "p", {}, text);
  if (log.children.length > MAX_ANNOUNCEMENTS) log.firstElementChild?.remove();
};
