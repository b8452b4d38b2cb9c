// The small figures beside the text. Each moves only while it is on the screen, and stops when it is pressed. For a
// visitor who asked for less motion it stands still, at its last step.

/** @import { SceneOptions } from "./scenes.js" */

import { make } from "../../shared/paint.js";
import { coloursOf, Drawing } from "../game/draw.js";
import { TARGETS } from "../game/points.js";
import { Scene } from "../game/scene.js";
import { everyFrame, maySelfStart } from "../on_screen.js";
import { SCENES } from "./scenes.js";

const REST = 1500; // ms that the last step stays
const BUDGET = 8; // ms of a frame, on the way to a figure that stands still

/** @param {Element} root holds the figures, as `<figure class="small-game" data-scene="collapse">` with a caption */
export function mountSmallGames(root) {
  for (const figure of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".small-game"))) {
    const game = new SmallGame(figure, SCENES[figure.dataset.scene ?? ""]);
    everyFrame(figure, (time) => game.frame(time));
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
    const caption = figure.querySelector("figcaption")?.textContent?.trim() ?? "";
    this.button = make(figure, "button", { type: "button", class: "plate", "aria-label": caption });
    figure.prepend(this.button);
    const canvas = make(this.button, "canvas", { width: 168, height: 168, "aria-hidden": "true" });
    this.drawing = new Drawing(canvas);
    this.setPlaying(maySelfStart());
    this.button.addEventListener("click", () => this.setPlaying(!this.isPlaying));
    /** @type {Scene | null} */
    this.scene = null; // until it is seen
    this.rests = 0; // ms, since when it stays at its last step
    this.isOdd = false;
    this.isStale = true;
  }

  /** @param {boolean} isPlaying */
  setPlaying(isPlaying) {
    this.isPlaying = isPlaying;
    this.button.title = isPlaying ? "Press to stop it" : "Press to play it";
    this.button.setAttribute("aria-pressed", String(isPlaying));
  }

  /** @param {number} time in ms */
  frame(time) {
    const { target, hyper, steps } = this.options;
    this.scene ??= new Scene(TARGETS[target], { ...hyper }, 0);
    const isOver = this.scene.step.steps >= steps;
    if (this.isPlaying) this.play(time, isOver);
    else if (!maySelfStart() && !isOver) this.hurry();
    if (this.isStale) this.draw();
  }

  /** A step every second frame, and at the end a rest. @param {number} time @param {boolean} isOver */
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
    this.scene?.advance();
    this.isStale = true;
  }

  /** Towards the last step, which is drawn when it is there. */
  hurry() {
    const start = performance.now();
    while (this.scene && this.scene.step.steps < this.options.steps && performance.now() - start < BUDGET) {
      this.scene.advance();
    }
    this.isStale = this.scene?.step.steps === this.options.steps;
  }

  draw() {
    this.isStale = false;
    const layers = { ground: true, arrows: true, net: this.options.net };
    this.scene?.draw(this.drawing, coloursOf(this.figure), layers);
  }
}
