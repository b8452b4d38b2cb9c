/** The recorded run of the exported page: watched, gone through, and opened in Explore at some moments. */

import { number } from "../shared/text.js";
import { createCharts } from "./charts.js";
import { createDuel } from "./duel.js";
import { find, findAll } from "./elements.js";
import { Playhead } from "./playhead.js";
import { RecordedRun } from "./recorded_run.js";
import { forgeriesAt } from "./run.js";
import { pace, tell } from "./status.js";
import { createTimeline } from "./timeline.js";
import { createWall } from "./wall.js";

const REST_MS = 300; // without a movement, after which the address follows
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} root holds recorded.html
 * @param {object} options
 * @param {string} options.url of the recording
 * @param {import("./recorded_run.js").Moment[]} options.moments whose networks Explore can open
 * @param {number | null} options.step the one to begin with; null: the run plays
 * @param {(step: number) => void} options.remember is told the step that is looked at
 * @returns {Promise<{halt: () => void, readonly step: number}>}
 * @throws {Error} There is no recording.
 */
export async function mount(root, { url, moments, step, remember }) {
  const charts = createCharts(root);
  const duel = createDuel(find(root, ".duel"));
  const wall = createWall(root);
  const playhead = new Playhead();
  const timeline = createTimeline(root, {
    playhead,
    showMoment,
    model: () => run?.model(playhead.state ?? null),
  });
  /** @type {RecordedRun | null} */
  let run = null;
  /** @type {number | undefined} */
  let resting;

  /** @param {RecordedRun} recorded */
  const shown = (recorded) => (playhead.step === null ? recorded.end : recorded.at(playhead.step));

  function drawCharts() {
    if (!run) return;
    const { step: at, fake_logits, real_logits } = shown(run);
    const { about, curve, qualities } = run;
    const { loss } = JSON.parse(about.recipe).train;
    charts.draw({
      step: Number(about.steps),
      loss,
      events: [],
      real_frechet: "real_frechet" in about ? Number(about.real_frechet) : null,
      arrays: { curve, qualities, fake_logits, real_logits },
    });
    charts.goTo(at);
  }

  async function showMoment() {
    if (!run) return;
    const { step: at, samples } = shown(run);
    wall.show(forgeriesAt(samples, at));
  }

  /** Shows the moment on all but the wall. @param {RecordedRun} recorded */
  function follow(recorded) {
    const { step: at, seconds, words, fakes, fake_logits, real_logits } = shown(recorded);
    tell(find(root, ".status"), "Recorded", pace({ step: at, images: recorded.images(at), seconds }));
    find(root, ".health").dataset.name = words.name;
    find(root, ".health-text").textContent = words.text;
    duel.draw({ fakes, fake_logits, real_logits }, recorded.reals);
    drawCharts();
    find(root, ".explore-this").textContent = `Explore step ${number(playhead.state ?? 0)}`;
    clearTimeout(resting);
    resting = window.setTimeout(() => remember(at), REST_MS);
  }

  /** @param {RecordedRun} recorded */
  function begin(recorded) {
    const steps = recorded.frames.map((frame) => frame.step);
    run = recorded;
    find(root, ".origin").textContent = recorded.origin;
    for (const control of findAll(root, "button, input")) control.toggleAttribute("disabled", false);
    playhead.onChange(() => follow(recorded));
    playhead.follow(
      steps,
      moments.map((moment) => moment.step),
    );
    if (step === null && !CALM.matches) timeline.play();
    else timeline.goTo(step === null ? steps.length - 1 : steps.indexOf(recorded.at(step).step));
  }

  const loaded = await RecordedRun.load(url, moments);
  begin(loaded);
  return {
    halt: timeline.halt,
    get step() {
      return shown(loaded).step;
    },
  };
}
