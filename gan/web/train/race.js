// A race: a second run beside one's own, with the same seed and so the same digits in the same order.

import { make, paintGrid } from "../shared/paint.js";
import { createChart } from "./chart.js";
import { acrossSteps, FRECHET, frechetOf } from "./charts.js";
import { columns, judgements } from "./curves.js";
import { readTensors } from "../engine/tensors.js";

/**
 * @typedef {import("./appearance.js").Spec} Spec
 * @typedef {import("./charts.js").Words} Words
 * @typedef {import("./curves.js").Line} Line
 * @typedef {import("./charts.js").Snapshot & {seconds: number}} Snapshot
 */

const POLL = 400; // ms
const MORAL =
  "No opponent: it learns to give real digits back from a few numbers, and its loss only falls. Its copies are good. " +
  "What it makes of random numbers is soft: sure of no pixel, it draws the mean of what might be there.";
const RIVALS = [
  ["An autoencoder (VAE)", { recipe: "autoencoder" }],
  ["The article’s networks", { recipe: "article" }],
  ["The same, without R1", { recipe: "fast", change: { r1_gamma: 0 } }],
  ["The same, four times as slow", { recipe: "fast", change: { generator_lr: 5e-4, discriminator_lr: 5e-4 } }],
  ["The same, with β₁ 0.9", { recipe: "fast", change: { beta1: 0.9 } }],
  ["The article’s loss, as printed", { recipe: "as-printed" }],
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

// page: {live, post, begin (starts one's own run), complain, seed, digits (whether networks are told the class),
// reals (64 of them)}.
export function createRace(root, page) {
  const find = (selector) => root.querySelector(selector);
  let rival = null; // its ticket
  let theirs = null; // its last snapshot
  let mine = null;

  find(".moral").textContent = MORAL;
  for (const [i, [title]] of RIVALS.entries()) make(find(".rival"), "option", { value: i }, title);

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
    const { step, seconds, distance: y } = judgements(arrays.judgements.values);
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
        Uint8Array.from([...page.reals().subarray(0, copies.values.length), ...copies.values]),
        8,
      );
    for (const [run, canvas, name] of [
      [mine, ".race-yours", "Yours"],
      [theirs, ".race-rival", "The rival"],
    ]) {
      if (run.arrays.samples) paintGrid(find(canvas), run.arrays.samples.values, 8);
      const words = `${name}: step ${run.step.toLocaleString("en")}, ${run.seconds.toFixed(0)} s`;
      find(canvas).nextElementSibling.textContent = run.status === "failed" ? `${name} broke` : words;
    }
  }

  async function look() {
    const asked = rival;
    if (!asked) return;
    try {
      const response = await fetch(page.live(`watch/${asked.name}?after=${theirs?.version ?? -1}`));
      const isShort = response.headers.get("content-type").includes("json");
      const answer = await (isShort ? response.json() : response.arrayBuffer());
      if (asked !== rival) return; // it was stopped; another looks for itself
      if (response.status === 404) rival = null;
      else if (isShort) Object.assign(theirs, answer);
      else {
        const { about, arrays } = readTensors(answer);
        theirs = { ...JSON.parse(about.about), arrays };
      }
      draw();
    } catch {
      // the page says that the connection is gone
    }
    setTimeout(look, POLL);
  }

  async function stop() {
    const ticket = rival;
    rival = null;
    find(".race-stop").disabled = true;
    if (ticket) await page.post("order", { ...ticket, order: "stop" }).catch(page.complain);
  }

  find(".race-go").addEventListener("click", async () => {
    await stop();
    try {
      await page.begin();
      theirs = null;
      const chosen = RIVALS[Number(find(".rival").value)][1];
      const digits = chosen.recipe !== "autoencoder" && page.digits(); // which is told nothing
      rival = await page.post("start", { seed: page.seed(), digits, ...chosen });
      find(".course").hidden = false;
      find(".race-stop").disabled = false;
      look();
    } catch (error) {
      page.complain(error);
    }
  });
  find(".race-stop").addEventListener("click", stop);
  find(".by-time").addEventListener("change", draw);

  return {
    get ticket() {
      return rival;
    },
    follow(snapshot) {
      mine = snapshot;
      if (rival) draw();
    },
  };
}
