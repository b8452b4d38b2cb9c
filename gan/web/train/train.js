/**
 * The Train page: train.html brought to life. This module only wires its parts. They share one run (run.js) and one
 * playhead (playhead.js): which run is on the page, and which moment of it.
 */

import { isRun } from "../shared/moments.js";
import { recall, remember } from "../shared/storage.js";
import { createCharts } from "./charts.js";
import { insistOnBytes } from "./connection.js";
import { createControls } from "./controls.js";
import { createDuel } from "./duel.js";
import { find, findAll, findButton, findInput } from "./elements.js";
import { createFailures } from "./failures.js";
import { createHealth, repairOf } from "./health.js";
import { createOrders } from "./orders.js";
import { Playhead } from "./playhead.js";
import { createRace } from "./race.js";
import { createRewind } from "./rewind.js";
import { forgeriesAt, ServerRun } from "./run.js";
import { createSaving } from "./saving.js";
import { createAnnouncer, tell, viewOf } from "./status.js";
import { createTimeline } from "./timeline.js";
import { createWall } from "./wall.js";
import { addWhys } from "./why.js";

const STORE = "forger-run"; // where the browser keeps the ticket of the run, so that a reload finds it again
const REALS = "64 real digits: what the generator has to forge.";

/**
 * What Python says of live runs (gan/ui/live_routes.py).
 * @typedef {object} Description
 * @property {Record<string, import("./controls.js").Range>} ranges of the settings that can be changed, by name
 * @property {Record<string, string>} [labels] of these settings
 * @property {Record<string, import("./failures.js").Failure>} failures of the lab, by name
 */

/**
 * @param {HTMLElement} root holds train.html
 * @param {Description} description
 */
export function mount(root, { ranges, labels, failures }) {
  /** @type {ServerRun | null} */
  let run = null; // on the page: one's own, or one that is watched
  /** @type {string | null} */
  let failing = null; // the name of the failure that the run is; null: it is none
  /** @type {Uint8Array | null} */
  let reals = null; // 64 real digits, [64 · 784]; null: they are on their way
  let offered = -1; // the step of the networks that Explore was told of last
  let isStarting = false; // the server is asked for a run, and a second press asks for no other
  let announced = ""; // the status that was announced last

  const train = find(root, ".train");
  const playhead = new Playhead();
  const announce = createAnnouncer(find(root, ".announcer"));
  const current = () => run;
  const isMineAndOn = () => run !== null && run.isMine && !run.isOver;
  const recipe = () => find(root, ".recipe", HTMLSelectElement).value;
  const seed = () => Number(findInput(root, ".seed").value);
  const isConditional = () => findInput(root, ".digits").checked;

  /** @param {Error} [error] nothing: all is well */
  function complain(error) {
    find(root, ".error").textContent = error?.message ?? "";
  }

  /**
   * Waits until an order is taken, and says what is wrong if it is refused.
   *
   * @param {Promise<unknown>} order
   * @returns {Promise<boolean>} whether it was taken
   */
  async function carryOut(order) {
    try {
      await order;
      complain();
      return true;
    } catch (error) {
      complain(/** @type {Error} */ (error));
      return false;
    }
  }

  // --- The parts -------------------------------------------------------------------------------

  const charts = createCharts(root);
  const duel = createDuel(find(root, ".duel"));
  const wall = createWall(root);
  const health = createHealth(root, { announce });
  const timeline = createTimeline(root, { playhead, showMoment, model: momentForExplore });
  createRewind(root, { playhead, run: current, carryOut, toPresent });
  const saving = createSaving(root, { run: current, complain });
  const controls = createControls(find(root, ".knobs .sliders"), ranges, labels, (change) => {
    if (run) carryOut(run.set(change));
  });
  const orders = createOrders(root, {
    run: current,
    start: (wish) => start(recipe(), wish),
    carryOut,
    toPresent,
    refresh,
    light: duel.light,
    announce,
  });
  const lab = createFailures(find(root, ".failures"), failures, {
    start: (name) => start(name),
    wouldEndRun: isMineAndOn,
    announce,
  });
  const race = createRace(find(root, ".race"), {
    begin: () => start(recipe()),
    wouldEndRun: isMineAndOn,
    isWatched: () => Boolean(root.offsetParent),
    digits: isConditional,
    reals: () => reals,
    seed,
    complain,
    announce,
  });

  // --- Which run -------------------------------------------------------------------------------

  /**
   * Starts another run in place of the one that is on.
   *
   * @param {string} name of a recipe or a failure
   * @param {"run" | "step"} [wish]
   * @returns {Promise<boolean>} whether it was started
   */
  async function start(name, wish = "run") {
    const isFailure = Object.hasOwn(failures, name);
    const digits = isConditional() && !isFailure;
    if (isStarting) return false;
    isStarting = true;
    if (isMineAndOn()) await carryOut(/** @type {ServerRun} */ (run).stop());
    const isStarted = await carryOut(
      ServerRun.start({ recipe: name, seed: seed(), wish, digits }).then((started) => {
        put(started, isFailure ? name : null);
      }),
    );
    isStarting = false;
    if (!isStarted) return false;
    forgetWatching();
    if (find(root, ".plate").getBoundingClientRect().top < 0) root.scrollIntoView({ block: "start" });
    return true;
  }

  /**
   * Puts a run on the page.
   *
   * @param {ServerRun} next
   * @param {string | null} failure the name of the failure that it is
   */
  function put(next, failure) {
    run?.leave();
    run = next;
    failing = failure;
    offered = -1;
    keep();
    playhead.follow([], []);
    timeline.reset();
    refresh();
    next.follow(isWatched, (isNew) => {
      if (next.isGone) remember(STORE, null);
      if (isNew) take();
      else refresh();
    });
  }

  /** The browser keeps which run is one's own, and marks the failure that it is. */
  function keep() {
    if (run?.isMine) remember(STORE, { ...run.ticket, failing });
    lab.mark(failing);
  }

  /** Somebody looks at the run: here, or in Explore, which shows its networks while they train. */
  function isWatched() {
    const follower = document.querySelector(".explore.follows");
    return Boolean(root.offsetParent || (follower instanceof HTMLElement && follower.offsetParent));
  }

  /** The run that was on when the page was closed, or the one that a link leads to. */
  function findRun() {
    const asked = new URLSearchParams(location.search).get("watch");
    if (asked !== null) {
      if (isRun(asked)) put(new ServerRun({ name: asked }), null);
      else complain(new Error("This link leads to no run; ask for it again, or start a run of your own."));
    }
    const kept = recall(STORE);
    if (!run && isRun(kept?.name))
      put(new ServerRun({ name: kept.name, key: kept.key }), kept.failing ?? null);
  }

  // --- What is shown of it ---------------------------------------------------------------------

  /** There is a new snapshot. */
  function take() {
    const snapshot = run?.snapshot;
    if (!run || !snapshot) return;
    const { arrays, weights } = snapshot;
    refresh();
    health.show(snapshot, failing ? failures[failing] : null, run.isMine);
    charts.draw(/** @type {import("./charts.js").Snapshot} */ (/** @type {unknown} */ (snapshot)));
    controls.follow(snapshot.hyper);
    playhead.follow(snapshot.frames, snapshot.states);
    race.follow(snapshot);
    if (weights !== null) offerWeights(weights);
    if (playhead.isPresent) showMoment();
    if (arrays.fakes && reals) duel.draw(arrays, reals);
  }

  /** Shows the status line, and which controls can be used. */
  function refresh() {
    const view = viewOf(run, orders.isSlow);
    train.dataset.status = view.phase;
    train.classList.toggle("cut-off", Boolean(run?.isCutOff));
    tell(find(root, ".status"), view.word, [...view.reasons, ...view.facts]);
    const words = [view.word, ...view.reasons].join(", ");
    if (words !== announced) announce(words);
    announced = words;
    findButton(root, ".go").textContent = view.go;
    findButton(root, ".go").disabled = !view.canGo;
    findButton(root, ".stop").disabled = !view.canStop;
    for (const button of findAll(root, ".step, .mend, .back", HTMLButtonElement))
      button.disabled = !view.canSteer;
    for (const input of findAll(root, ".slow, .knobs input", HTMLInputElement))
      input.disabled = !view.canSteer;
    saving.show(view.canSave);
  }

  /** Shows what the playhead is at, unless it has moved on before the pictures are there. */
  async function showMoment() {
    const { step } = playhead;
    const asked = run;
    const snapshot = run?.snapshot;
    if (!asked || !snapshot) return;
    const pixels = step === null ? snapshot.arrays.samples?.values : await asked.pictures(step);
    if (pixels && step === playhead.step && asked === run)
      wall.show(forgeriesAt(pixels, step ?? snapshot.step));
  }

  function toPresent() {
    timeline.reset();
    showMoment();
  }

  /** What Explore opens: a past moment; or of the present the run's networks, which go on learning there. */
  function momentForExplore() {
    const isLive = playhead.isPresent && !run?.isOver;
    return run?.model(isLive ? null : (playhead.state ?? null));
  }

  /** Tells Explore that there are newer networks of the run. @param {number} step */
  function offerWeights(step) {
    if (step === offered || !run) return;
    offered = step;
    window.dispatchEvent(new CustomEvent("forger:weights", { detail: run.latestWeights(step) }));
  }

  async function mend() {
    const snapshot = run?.snapshot;
    const repair = snapshot && repairOf(snapshot, failing ? failures[failing] : null);
    if (!run || !repair || !(await carryOut(repair.apply(run)))) return;
    failing = null;
    keep();
  }

  /** The real digits hang on the wall until there are forgeries. */
  async function hangReals() {
    reals = await insistOnBytes("reals");
    if (!run?.snapshot) wall.show({ pixels: reals, caption: REALS });
    duel.draw(run?.snapshot?.arrays.fakes ? run.snapshot.arrays : null, reals);
  }

  /** A link to watch led here, and the run is now one's own. */
  function forgetWatching() {
    const address = new URL(location.href);
    if (!address.searchParams.has("watch")) return;
    address.searchParams.delete("watch");
    address.searchParams.set("tab", "train");
    history.replaceState(history.state, "", address);
  }

  addWhys(root);
  playhead.onChange(() => charts.goTo(playhead.step));
  health.mend.addEventListener("click", mend);
  addEventListener("pagehide", () => {
    for (const each of [run, race.rival]) each?.abandon(); // a reload finds them again
  });
  hangReals();
  findRun();
  refresh();
}
