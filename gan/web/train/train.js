/**
 * The Train page: train.html brought to life. This module only wires its parts. They share one run (current_run.js)
 * and one playhead (playhead.js): which run is on the page, and which moment of it is shown.
 */

import { createCharts } from "./charts.js";
import { createControls } from "./controls.js";
import { CurrentRun } from "./current_run.js";
import { createDuel } from "./duel.js";
import { find, findInput } from "./elements.js";
import { isFollowedInExplore, WeightsOffer } from "./explore_link.js";
import { createFailures } from "./failures.js";
import { createHealth, repairOf } from "./health.js";
import { createOrders } from "./orders.js";
import { Playhead } from "./playhead.js";
import { createRace } from "./race.js";
import { createRewind } from "./rewind.js";
import { forgeriesAt } from "./run.js";
import { createSaving } from "./saving.js";
import { serverRuns } from "./server_run.js";
import { createAnnouncer, createStatus, viewOf } from "./status.js";
import { createTimeline } from "./timeline.js";
import { createWall } from "./wall.js";
import { addWhys } from "./why.js";

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
 * @param {import("./run.js").RunHost} host trains the runs
 */
export function mount(root, { ranges, labels, failures }, host = serverRuns) {
  /** @type {Uint8Array | null} */
  let reals = null; // 64 real digits, [64 · 784]; null: they are on their way

  const playhead = new Playhead();
  const weights = new WeightsOffer();
  const isVisible = () => root.offsetParent !== null;
  const current = new CurrentRun(host, {
    isWatched: () => isVisible() || isFollowedInExplore(),
    replaced,
    changed: (isNew) => (isNew ? take() : refresh()),
  });
  const run = () => current.run;
  const failure = () => (current.failing ? failures[current.failing] : null);
  const wouldEndRun = () => current.isMineAndOn;
  const recipe = () => find(root, ".recipe", HTMLSelectElement).value;
  const seed = () => Number(findInput(root, ".seed").value);
  const isConditional = () => findInput(root, ".conditional").checked;

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

  const announce = createAnnouncer(find(root, ".announcer"));
  const showStatus = createStatus(root, announce);
  const charts = createCharts(root);
  const duel = createDuel(find(root, ".duel"));
  const wall = createWall(root);
  const health = createHealth(root, { announce });
  const timeline = createTimeline(root, { playhead, showMoment, model: modelForExplore });
  createRewind(root, { playhead, run, carryOut, toPresent });
  const saving = createSaving(root, { run, complain });
  const controls = createControls(find(root, ".knobs .sliders"), ranges, labels, (change) => {
    if (current.run) carryOut(current.run.set(change));
  });
  const orders = createOrders(root, {
    run,
    start: (first) => start(recipe(), first),
    carryOut,
    toPresent,
    refresh,
    light: duel.light,
    announce,
  });
  const lab = createFailures(find(root, ".failures"), failures, { start, wouldEndRun, announce });
  const race = createRace(find(root, ".race"), {
    start: host.start,
    begin: () => start(recipe()),
    wouldEndRun,
    isWatched: isVisible,
    isConditional,
    reals: () => reals,
    seed,
    complain,
    announce,
  });

  // --- Another run, and its news ---------------------------------------------------------------

  /**
   * Starts another run in place of the one that is on.
   *
   * @param {string} name of a recipe or a failure
   * @param {import("./run.js").FirstCommand} [first]
   * @returns {Promise<boolean>} whether it was started
   */
  async function start(name, first = "run") {
    const isFailure = Object.hasOwn(failures, name);
    const wish = {
      recipe: name,
      seed: seed(),
      first_command: first,
      conditional: isConditional() && !isFailure, // a failure of the lab was tried without
    };
    let isStarted = false;
    await carryOut(
      current.start(wish, isFailure ? name : null).then((started) => {
        isStarted = started;
      }),
    );
    const isAbove = find(root, ".plate").getBoundingClientRect().top < 0;
    if (isStarted && isAbove) root.scrollIntoView({ block: "start" }); // to where it happens
    return isStarted;
  }

  /** Another run is on the page, of which nothing is known yet. */
  function replaced() {
    lab.mark(current.failing);
    playhead.follow([], []);
    timeline.reset();
    refresh();
  }

  /** There is a new snapshot. */
  function take() {
    const snapshot = current.run?.snapshot;
    if (!current.run || !snapshot) return;
    const { arrays } = snapshot;
    refresh();
    health.show(snapshot, failure(), current.run.isMine);
    charts.draw(/** @type {import("./charts.js").Snapshot} */ (/** @type {unknown} */ (snapshot)));
    controls.follow(snapshot.hyper);
    playhead.follow(snapshot.frames, snapshot.states);
    race.follow(snapshot);
    weights.tell(current.run);
    if (playhead.isPresent) showMoment();
    if (arrays.fakes && reals) duel.draw(arrays, reals);
  }

  /** Shows again how the run is doing, and which controls can be used. */
  function refresh() {
    const view = viewOf(current.run, orders.isSlow);
    showStatus(view);
    saving.show(view.canSave);
  }

  // --- The moment that is shown ----------------------------------------------------------------

  /** Shows what the playhead is at, unless it has moved on before the pictures are there. */
  async function showMoment() {
    const { step } = playhead;
    const asked = current.run;
    const snapshot = asked?.snapshot;
    if (!snapshot) return;
    const pixels = step === null ? snapshot.arrays.samples?.values : await asked.pictures(step);
    const isStillAsked = step === playhead.step && asked === current.run;
    if (pixels && isStillAsked) wall.show(forgeriesAt(pixels, step ?? snapshot.step));
  }

  function toPresent() {
    timeline.reset();
    showMoment();
  }

  /** What Explore opens: a past moment; or of the present the run's networks, which go on learning there. */
  async function modelForExplore() {
    const isLive = playhead.isPresent && !current.run?.isOver;
    try {
      return await current.run?.model(isLive ? null : (playhead.state ?? null));
    } catch (error) {
      return complain(/** @type {Error} */ (error));
    }
  }

  /** Does what the advice says. */
  async function mend() {
    const snapshot = current.run?.snapshot;
    const repair = snapshot && repairOf(snapshot, failure());
    if (!current.run || !repair || !(await carryOut(repair.apply(current.run)))) return;
    current.isRepaired();
    lab.mark(null);
  }

  /** The real digits hang on the wall until there are forgeries. */
  async function hangReals() {
    reals = await host.reals();
    const snapshot = current.run?.snapshot;
    if (!snapshot) wall.show({ pixels: reals, caption: REALS });
    duel.draw(snapshot?.arrays.fakes ? snapshot.arrays : null, reals);
  }

  addWhys(root);
  playhead.onChange(() => charts.goTo(playhead.step));
  health.mend.addEventListener("click", mend);
  addEventListener("pagehide", () => {
    for (const each of [current.run, race.rival]) each?.abandon(); // a reload wakes them again
  });
  hangReals();
  current.find().catch(complain).finally(refresh);
}
