// The small figures beside the text. Each moves only while it is on the screen, and stops when it is pressed. For a
// visitor who asked for less motion it stands still, at its last step.

/** @import { AutoencoderScene } from "../game/autoencoder.js" */
/** @import { Layers } from "../game/scene.js" */
/** @import { SceneOptions } from "./scenes.js" */

import { make } from "../../shared/paint.js";
import { coloursOf, Drawing } from "../game/draw.js";
import { Scene } from "../game/scene.js";
import { everyFrame, maySelfStart } from "../on_screen.js";
import { LossCurves } from "./loss_curves.js";
import { begin, SCENES } from "./scenes.js";

const REST = 1500; // ms that the last step stays
const READING_PAUSE = 250; // ms between two changes of the line of numbers
const BUDGET = 8; // ms of a frame, on the way to a figure that stands still
/** @type {Partial<Layers>[]} */
const ONE_VIEW = [{ ground: true, arrows: true }];

/**
 * @param {Element} root holds the figures, as `<figure class="small-game" data-scene="collapse">` with a caption. One with
 *   a cure has `data-cure`, which is what its switch says.
 */
export function mountSmallGames(root) {
  for (const figure of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".small-game"))) {
    const game = new SmallGame(figure, SCENES[figure.dataset.scene ?? ""]);
    everyFrame(game.button, (time) => game.frame(time));
  }
}

class SmallGame {
  /**
   * @param {HTMLElement} figure
   * @param {SceneOptions} options
   */
  constructor(figure, options) {
    this.figure = figure;
    this.options = options;
    this.hyper = options.hyper; // that the game is played with: as it is, or cured
    const caption = figure.querySelector("figcaption");
    this.button = make(figure, "button", { type: "button", class: "plates" });
    this.button.setAttribute("aria-label", caption?.textContent?.trim() ?? "");
    figure.prepend(this.button);
    this.views = (options.views ?? ONE_VIEW).map((layers) => {
      const plate = make(this.button, "span", { class: "plate" });
      const canvas = make(plate, "canvas", { width: 168, height: 168, "aria-hidden": "true" });
      return { layers, drawing: new Drawing(canvas) };
    });
    this.curves = options.losses ? new LossCurves(make(this.button, "canvas", { class: "curves" })) : null;
    this.reading = make(figure, "p", { class: "reading", "aria-live": "off" });
    this.reading.hidden = !options.read;
    this.button.after(this.reading);
    if (options.cure) this.addSwitch(figure.dataset.cure ?? "");
    this.setPlaying(maySelfStart());
    this.button.addEventListener("click", () => this.setPlaying(!this.isPlaying));
    /** @type {Scene | AutoencoderScene | null} */
    this.scene = null; // until it is seen
    this.end = options.steps; // the step at which it rests
    this.rests = 0; // ms, since when it stays at its last step
    this.lastReading = 0; // ms
    this.isOdd = false;
    this.isStale = true;
  }

  /** @param {string} label */
  addSwitch(label) {
    const line = make(this.figure, "label", { class: "check" });
    const box = make(line, "input", { type: "checkbox" });
    line.append(` ${label}`);
    this.button.after(line);
    box.addEventListener("change", () => this.cure(box.checked));
  }

  /** The same networks go on, with the cure or without it. @param {boolean} isCured */
  cure(isCured) {
    const { steps, hyper, cure, restarts } = this.options;
    this.hyper = isCured ? cure : hyper;
    this.rests = 0;
    if (maySelfStart()) this.setPlaying(true);
    if (restarts) this.scene = null;
    if (!(this.scene instanceof Scene) || !this.hyper) return;
    this.scene.hyper = { ...this.hyper };
    this.end = this.scene.steps + steps;
  }

  /** @param {boolean} isPlaying */
  setPlaying(isPlaying) {
    this.isPlaying = isPlaying;
    this.button.title = isPlaying ? "Press to stop it" : "Press to play it";
    this.button.setAttribute("aria-pressed", String(isPlaying));
  }

  /** @param {number} time in ms */
  frame(time) {
    this.scene ??= this.begin();
    const isOver = this.scene.steps >= this.end;
    if (this.isPlaying) this.play(time, isOver);
    else if (!maySelfStart() && !isOver) this.hurry();
    if (this.isStale) this.draw(time);
  }

  begin() {
    this.end = this.options.steps;
    this.curves?.clear();
    return begin({ ...this.options, hyper: this.hyper });
  }

  /** A picture every second frame, and at the end a rest. @param {number} time @param {boolean} isOver */
  play(time, isOver) {
    this.isOdd = !this.isOdd;
    if (isOver) {
      this.rests ||= time;
      if (time - this.rests < REST) return;
      this.rests = 0;
      this.scene = null;
      return;
    }
    if (this.isOdd) return;
    for (let i = this.options.pace ?? 1; i > 0; i--) this.advance();
    this.isStale = true;
  }

  /** Towards the last step, which is drawn when it is there; until then the figure shows its beginning. */
  hurry() {
    const start = performance.now();
    while (this.scene && this.scene.steps < this.end && performance.now() - start < BUDGET) this.advance();
    if (this.scene && this.scene.steps >= this.end) this.isStale = true;
  }

  advance() {
    this.scene?.advance();
    if (this.scene instanceof Scene) this.curves?.add(this.scene.metrics);
  }

  /** @param {number} time in ms */
  draw(time) {
    const { scene, options } = this;
    this.isStale = false;
    const colours = coloursOf(this.figure);
    for (const { layers, drawing } of this.views) {
      scene?.draw(drawing, colours, { ground: false, arrows: false, net: false, ...layers });
    }
    this.curves?.draw(colours);
    if (!(scene instanceof Scene) || !options.read || !this.isReadingDue(time)) return;
    this.lastReading = time;
    this.reading.textContent = options.read(scene);
  }

  /**
   * While it plays, a few times a second. A figure that hurries to its end has nothing to read before it is there.
   * @param {number} time in ms
   */
  isReadingDue(time) {
    if (this.isPlaying) return time - this.lastReading > READING_PAUSE;
    return maySelfStart() || (this.scene?.steps ?? 0) >= this.end;
  }
}
