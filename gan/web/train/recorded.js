// The recorded run of the exported page (gan/live/recorder.py): watched, scrubbed, and opened in Explore at some moments.

import { createCharts } from "./charts.js";
import { createDuel } from "./duel.js";
import { unpack } from "../engine/gzip.js";
import { pace, tell } from "./status.js";
import { readTensors } from "../engine/tensors.js";
import { createTimeline } from "./timeline.js";
import { createWall } from "./wall.js";

const REST = 300; // ms without a movement, after which the address follows
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

// The names of diagnoses (gan/live/diagnosis.py) in recordings that were made before these names were changed.
/** @type {Record<string, string>} */
const PRESENT_NAMES = {
  young: "warming_up",
  well: "healthy",
  vanished: "vanishing_gradient",
  asleep: "frozen_discriminator",
  overpowered: "discriminator_dominates",
};

// {about, reals, curve, judgements, frames: [what was seen at a step]}.
async function load(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  const { about, arrays } = readTensors(await response.arrayBuffer());
  const [samples, fakes] = await Promise.all(["samples.gz", "fakes.gz"].map((name) => unpack(arrays[name].values)));
  const words = JSON.parse(about.words).map(({ name, text }) => ({ name: PRESENT_NAMES[name] ?? name, text }));
  const count = words.length;
  const part = (values, i) => ({ values: values.subarray((i * values.length) / count, ((i + 1) * values.length) / count) });
  const frame = (i) => ({
    step: arrays.steps.values[i],
    seconds: arrays.seconds.values[i],
    words: words[i],
    samples: part(samples, i).values,
    fakes: part(fakes, i),
    fake_logits: part(arrays.fake_logits.values, i),
    real_logits: part(arrays.real_logits.values, i),
  });
  return { about, reals: arrays.reals.values, curve: arrays.curve, judgements: arrays.judgements, frames: words.map((_, i) => frame(i)) };
}

const origin = ({ name, seed, steps, seconds, device }) =>
  `One run as it was: the recipe ${name}, seed ${seed}, ${Number(steps).toLocaleString("en")} steps in ${Math.round(seconds)} s of training on ${device}. Recorded, with nothing selected.`;

// root: holds recorded.html. url: of the recording. moments: [{step, id, name, url, path, classes}], for Explore.
// step: the one to begin with, or null: it plays. remember(step): the one that is looked at. Throws if there
// is no recording.
export async function mount(root, { url, moments, step, remember }) {
  const find = (selector) => root.querySelector(selector);
  const charts = createCharts(root);
  const duel = createDuel(find(".duel"));
  const timeline = createTimeline(root, {
    frame: async (at) => frameAt(at).samples,
    model: (at) => moments.find((moment) => moment.step === at),
    show: createWall(root).show,
    moved,
  });
  let run = null;
  let resting;

  const frameAt = (at) => run.frames.findLast((frame) => frame.step <= at) ?? run.frames[0];
  const shown = () => (timeline.back === null ? run.frames.at(-1) : frameAt(timeline.back));

  function drawCharts() {
    if (!run) return charts.draw(null);
    const { step: at, fake_logits, real_logits } = shown();
    const { curve, judgements } = run;
    return charts.draw({ step: Number(run.about.steps), marks: [{ step: at }], arrays: { curve, judgements, fake_logits, real_logits } });
  }

  function moved() {
    const { step: at, seconds, words, ...arrays } = shown();
    tell(root, "Recorded", pace({ step: at, images: at * Number(run.about.batch), seconds }));
    find(".health").dataset.name = words.name;
    find(".health-text").textContent = words.text;
    duel.draw(arrays, run.reals);
    drawCharts();
    find(".explore-this").textContent = `Explore step ${timeline.state().toLocaleString("en")}`;
    clearTimeout(resting);
    resting = setTimeout(() => remember(at), REST);
  }

  function begin() {
    find(".origin").textContent = origin(run.about);
    for (const control of root.querySelectorAll("button, input")) control.disabled = false;
    timeline.follow({ frames: run.frames.map((frame) => frame.step), states: moments.map((moment) => moment.step) });
    if (step === null && !CALM.matches) return timeline.replay();
    return timeline.goTo(step === null ? run.frames.length - 1 : run.frames.indexOf(frameAt(step)));
  }

  drawCharts();
  new ResizeObserver(drawCharts).observe(find(".charts"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCharts);
  run = await load(url);
  begin();
  return {
    halt: timeline.halt,
    get step() {
      return shown().step;
    },
  };
}
