// A race: a second run beside one's own, with the same seed and so the same digits in the same order.

import { palette, plot, range } from "./charts.js";
import { make, paintGrid } from "../shared/paint.js";
import { readTensors } from "../engine/tensors.js";

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
const COLUMNS = 8; // of the packed curve; its first is the step, its sixth D's belief in fakes
const BELIEF = 5;

// page: {live, post, begin (starts one's own run), complain, seed, digits (whether networks are told the class),
// reals (64 of them)}.
export function createRace(root, page) {
  const find = (selector) => root.querySelector(selector);
  let rival = null; // its ticket
  let theirs = null; // its last snapshot
  let mine = null;

  find(".moral").textContent = MORAL;
  for (const [i, [title]] of RIVALS.entries()) make(find(".rival"), "option", { value: i }, title);

  function line({ arrays, step, seconds }, color) {
    const { values } = arrays.judgements;
    const count = values.length / 4;
    const row = (k) => values.subarray(k * count, (k + 1) * count);
    return { x: row(find(".by-time").checked ? 1 : 0), y: row(2), color, dots: true, end: find(".by-time").checked ? seconds : step };
  }

  function belief({ arrays, step, seconds }, color) {
    const { values } = arrays.curve;
    const count = values.length / COLUMNS;
    const steps = values.subarray(0, count);
    const x = find(".by-time").checked ? steps.map((at) => (at * seconds) / Math.max(step, 1)) : steps; // its pace is even
    return { x, y: values.subarray(BELIEF * count, (BELIEF + 1) * count), color, end: 0 };
  }

  function draw() {
    if (!mine || !theirs) return;
    const colors = palette(root);
    const distances = [line(mine, "a"), line(theirs, "b")];
    const last = Math.max(1, ...distances.map(({ end }) => end));
    plot(find(".race-chart"), distances, { span: range(distances, true), logarithmic: true, last, colors });
    const { copies } = theirs.arrays;
    const isGame = !copies?.values.length;
    for (const part of [".race-belief", ".believed"]) find(part).hidden = !isGame;
    for (const part of [".copies", ".moral"]) find(part).hidden = isGame;
    if (isGame) plot(find(".race-belief"), [belief(mine, "a"), belief(theirs, "b")], { span: [0, 1], last, colors });
    else paintGrid(find(".copies canvas"), Uint8Array.from([...page.reals().subarray(0, copies.values.length), ...copies.values]), 8);
    for (const [run, canvas, name] of [[mine, ".race-yours", "Yours"], [theirs, ".race-rival", "The rival"]]) {
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
