/** A race: a second run beside one's own, with the same seed and so the same digits in the same order. */

import { make, paintGrid } from "../shared/paint.js";
import { createChart } from "./chart.js";
import { acrossSteps, FRECHET, frechetOf } from "./charts.js";
import { askTwice } from "./confirm.js";
import { columns, qualityColumns } from "./curves.js";
import { findButton } from "./elements.js";

/**
 * @typedef {import("./appearance.js").Spec} Spec
 * @typedef {import("./charts.js").Words} Words
 * @typedef {import("./curves.js").Line} Line
 * @typedef {import("./run.js").Run} Run
 * @typedef {import("./run.js").Wish} Wish
 * @typedef {import("./run.js").Snapshot} Snapshot
 */

const MORAL =
  "No opponent: it learns to give real digits back from a few numbers, and its loss only falls. Its copies are good. " +
  "What it makes of random numbers is soft: sure of no pixel, it draws the mean of what might be there.";

/**
 * @typedef {object} Rival a run to race against
 * @property {string} title
 * @property {string} words what is different, for who does not know the title's words
 * @property {{recipe: string, change?: Record<string, number>}} run
 */

/** @type {Rival[]} */
const RIVALS = [
  {
    title: "An autoencoder (VAE)",
    words:
      "Another way to make digits, without a discriminator: it learns to squeeze a digit and to draw it again.",
    run: { recipe: "autoencoder" },
  },
  {
    title: "The article’s networks",
    words: "The networks of the article that this project began with: larger, and slower on a small machine.",
    run: { recipe: "article" },
  },
  {
    title: "The same, without R1",
    words: "Your networks, and nothing that keeps D’s slope small. (That is what the penalty R1 does.)",
    run: { recipe: "fast", change: { r1_gamma: 0 } },
  },
  {
    title: "The same, four times as slow",
    words: "Your networks with a quarter of the learning rates: each step changes them less.",
    run: { recipe: "fast", change: { generator_lr: 5e-4, discriminator_lr: 5e-4 } },
  },
  {
    title: "The same, with β₁ 0.9",
    words:
      "Your networks with an optimiser that keeps its direction for longer, as most networks are trained.",
    run: { recipe: "fast", change: { beta1: 0.9 } },
  },
  {
    title: "The article’s loss, as printed",
    words:
      "Your networks with the loss that the article prints, whose sign is wrong: G is paid for being caught.",
    run: { recipe: "as-printed" },
  },
];
/** @type {Spec["lines"]} */
const SIDES = [
  { label: "yours", color: "a" },
  { label: "rival", color: "b" },
];
/** @type {Words} */
const BELIEF = {
  title: "D’s belief in fakes",
  unit: "probability · 0.5: D cannot tell",
  learn: "learn-game",
  lines: SIDES,
  guide: "chance",
  empty: [0, 1],
  ticks: [0, 0.5, 1],
};

/**
 * @param {HTMLElement} root .race
 * @param {object} page
 * @param {(wish: Wish) => Promise<Run>} page.start starts the rival
 * @param {() => Promise<boolean>} page.begin starts one's own run anew; returns whether it was started
 * @param {() => boolean} page.wouldEndRun whether a run of one's own would be ended by that
 * @param {() => boolean} page.isWatched whether the page can be seen
 * @param {() => number} page.seed of both runs
 * @param {() => boolean} page.isConditional whether the networks are told the digit
 * @param {() => Uint8Array | null} page.reals 64 real digits, [64 · 784]; null: they are on their way
 * @param {(error: Error) => void} page.complain
 * @param {(text: string) => void} page.announce
 */
export function createRace(root, page) {
  const find = (/** @type {string} */ selector) => /** @type {any} */ (root.querySelector(selector));
  const go = findButton(root, ".race-go");
  const end = findButton(root, ".race-stop");
  const choice = /** @type {HTMLSelectElement} */ (root.querySelector(".rival"));
  /** @type {Run | null} */
  let rival = null;
  /** @type {Snapshot | null} */
  let theirs = null; // the rival's last snapshot
  /** @type {Snapshot | null} */
  let mine = null; // one's own run's

  find(".moral").textContent = MORAL;
  for (const [i, { title }] of RIVALS.entries()) make(choice, "option", { value: i }, title);

  // --- Charts ----------------------------------------------------------------------------------

  const isByTime = () => find(".by-time").checked;
  const across = (/** @type {number} */ x) => (isByTime() ? `${Math.round(x)} s` : acrossSteps(x));
  const name = (/** @type {number} */ x) =>
    isByTime() ? across(x) : `step ${Math.round(x).toLocaleString("en")}`;
  /** @param {number | null} x steps, or seconds */
  function read(x) {
    find(".reading").textContent = x === null ? "" : `At ${name(x)}`;
  }

  const shared = { group: "race", across, name, read };
  const distance = createChart(find(".race-chart"), { ...FRECHET, lines: SIDES, ...shared });
  const belief = createChart(find(".race-belief"), { ...BELIEF, ...shared });

  /**
   * @param {Snapshot} run
   * @returns {Line}
   */
  function distanceOf({ arrays }) {
    const { step, seconds, frechet_distance: y } = qualityColumns(arrays.qualities.values);
    return { x: isByTime() ? seconds : step, y };
  }

  /**
   * @param {Snapshot} run
   * @returns {Line}
   */
  function beliefOf({ arrays, step: last, seconds }) {
    const { step, fake_score: y } = columns(arrays.curve.values);
    const x = isByTime() ? step.map((at) => (at * seconds) / Math.max(last, 1)) : step; // its pace is even
    return { x, y };
  }

  function draw() {
    if (!mine || !theirs) return;
    const runs = [mine, theirs];
    const last = Math.max(1, ...runs.map(({ step, seconds }) => (isByTime() ? seconds : step)));
    const isStill = runs.every(({ status }) => status !== "running");
    const real = mine.real_frechet ?? theirs.real_frechet;
    distance.update({ ...frechetOf(runs.map(distanceOf), real), last, isStill });
    const { copies } = theirs.arrays;
    const isGame = !copies?.values.length;
    find(".race-belief").hidden = !isGame;
    for (const part of [".copies", ".moral"]) find(part).hidden = isGame;
    if (isGame) belief.update({ lines: runs.map(beliefOf), guide: 0.5, span: [0, 1], last, isStill });
    else
      paintGrid(
        find(".copies canvas"),
        Uint8Array.from([
          ...(page.reals() ?? new Uint8Array()).subarray(0, copies.values.length),
          ...copies.values,
        ]),
        8,
      );
    /** @type {[Snapshot, string, string][]} */
    const sides = [
      [mine, ".race-yours", "Yours"],
      [theirs, ".race-rival", "The rival"],
    ];
    for (const [run, canvas, name] of sides) {
      if (run.arrays.samples) paintGrid(find(canvas), run.arrays.samples.values, 8);
      const words = `${name}: step ${run.step.toLocaleString("en")}, ${run.seconds.toFixed(0)} s`;
      find(canvas).nextElementSibling.textContent = run.status === "failed" ? `${name} broke` : words;
    }
  }

  // --- The rival -------------------------------------------------------------------------------

  function describe() {
    find(".rival-words").textContent = RIVALS[Number(choice.value)].words;
  }

  /** Ends the rival, if there is one. */
  async function stop() {
    const ended = rival;
    rival = null;
    end.disabled = true;
    ended?.leave();
    await ended?.stop();
  }

  /** Ends the race that is on, and starts both runs from step 0. */
  async function start() {
    go.disabled = true;
    try {
      await stop().catch(page.complain);
      if (!(await page.begin())) return;
      theirs = null;
      const { run } = RIVALS[Number(choice.value)];
      const conditional = run.recipe !== "autoencoder" && page.isConditional(); // an autoencoder is told nothing
      rival = await page.start({ seed: page.seed(), conditional, ...run });
      find(".course").hidden = false;
      end.disabled = false;
      watch(rival);
    } catch (error) {
      page.complain(/** @type {Error} */ (error));
    } finally {
      go.disabled = false;
    }
  }

  /** @param {Run} run */
  function watch(run) {
    run.follow(page.isWatched, () => {
      theirs = run.snapshot;
      if (run.isOver) end.disabled = true;
      draw();
    });
  }

  describe();
  choice.addEventListener("change", describe);
  askTwice(go, {
    question: "End your run and start both?",
    isNeeded: page.wouldEndRun,
    act: start,
    announce: page.announce,
  });
  end.addEventListener("click", () => stop().catch(page.complain));
  find(".by-time").addEventListener("change", draw);

  return {
    /** The run that one's own races against, or null. */
    get rival() {
      return rival;
    },
    /** One's own run has changed. @param {Snapshot} snapshot */
    follow(snapshot) {
      mine = snapshot;
      if (rival) draw();
    },
  };
}
