/** The recorded run of the exported page: watched, gone through, and opened in Explore at some moments. */

import { number } from "../shared/text.js";
import { Charts } from "./charts.js";
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
  const parts = furnish(root); // before the recording is there, so that nothing moves when it comes
  const page = new RecordedPage(root, parts, await RecordedRun.load(url, moments), remember);
  page.begin(step);
  return page;
}

/** The parts of the page that show a run. @param {HTMLElement} root */
const furnish = (root) => ({
  charts: new Charts(root),
  duel: createDuel(find(root, ".duel")),
  wall: createWall(root),
});

class RecordedPage {
  #root;
  #run;
  #remember;
  #playhead = new Playhead();
  #charts;
  #duel;
  #wall;
  #timeline;
  /** @type {number | undefined} of the next change of the address */
  #timer;

  /**
   * @param {HTMLElement} root
   * @param {ReturnType<typeof furnish>} parts
   * @param {RecordedRun} run
   * @param {(step: number) => void} remember
   */
  constructor(root, { charts, duel, wall }, run, remember) {
    this.#root = root;
    this.#run = run;
    this.#remember = remember;
    this.#charts = charts;
    this.#duel = duel;
    this.#wall = wall;
    this.#timeline = createTimeline(root, {
      playhead: this.#playhead,
      showMoment: async () => this.#showPictures(),
      model: () => run.model(this.#playhead.state ?? null),
    });
    this.#playhead.onChange(() => this.#showAllButPictures());
  }

  /** @param {number | null} step the one to begin with; null: the run plays */
  begin(step) {
    const { frames, moments, origin } = this.#run;
    const steps = frames.map((frame) => frame.step);
    find(this.#root, ".origin").textContent = origin;
    find(this.#root, ".explore-this").hidden = !moments.length;
    for (const control of findAll(this.#root, "button, input")) control.toggleAttribute("disabled", false);
    this.#playhead.follow(
      steps,
      moments.map((moment) => moment.step),
    );
    if (step === null && !CALM.matches) this.#timeline.play();
    else this.#timeline.goTo(step === null ? steps.length - 1 : steps.indexOf(this.#run.at(step).step));
  }

  /** Stops playing. */
  halt() {
    this.#timeline.halt();
  }

  /** The step that is looked at. */
  get step() {
    return this.#shown.step;
  }

  /** The frame that is looked at. */
  get #shown() {
    const { step } = this.#playhead;
    return step === null ? this.#run.end : this.#run.at(step);
  }

  #showPictures() {
    const { samples, step } = this.#shown;
    this.#wall.show(forgeriesAt(samples, step));
  }

  #showAllButPictures() {
    const [root, run] = [this.#root, this.#run];
    const { step, seconds, words, fakes, fake_logits, real_logits } = this.#shown;
    tell(find(root, ".status"), "Recorded", pace({ step, images: run.images(step), seconds }, "digits"));
    find(root, ".health").dataset.name = words.name;
    find(root, ".health-text").textContent = words.text;
    this.#duel.draw({ fakes, fake_logits, real_logits }, run.reals, this.#loss);
    this.#drawCharts();
    find(root, ".explore-this").textContent = `Explore step ${number(this.#playhead.state ?? 0)}`;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#remember(step), REST_MS);
  }

  get #loss() {
    return JSON.parse(this.#run.metadata.recipe).train.loss;
  }

  #drawCharts() {
    const { metadata, curve, qualities } = this.#run;
    const { step, fake_logits, real_logits } = this.#shown;
    this.#charts.draw({
      step: Number(metadata.steps),
      loss: this.#loss,
      events: [],
      real_frechet: "real_frechet" in metadata ? Number(metadata.real_frechet) : null,
      arrays: { curve, qualities, fake_logits, real_logits },
    });
    this.#charts.goTo(step);
  }
}
