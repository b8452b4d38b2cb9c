/** Shows a run at the moment that the playhead is at: pictures, numbers, and how it is doing. It gives no orders. */

import { Charts } from "./charts.js";
import { Copying } from "./copying.js";
import { createDuel } from "./duel.js";
import { find } from "./elements.js";
import { WeightsOffer } from "./explore_link.js";
import { createHealth } from "./health.js";
import { firstOf, speakOf } from "./originals.js";
import { Playhead } from "./playhead.js";
import { forgeriesAt } from "./run.js";
import { createTimeline } from "./timeline.js";
import { createWall } from "./wall.js";

/** @import { Failure } from "./failures.js" */
/** @import { Run, Snapshot } from "./run.js" */
/** @import { Originals } from "./originals.js" */

export class RunDisplay {
  /** Which moment is shown. */
  playhead = new Playhead();
  /** @type {Originals | null} what the generator has to forge; null: it is on its way */
  originals = null;
  #root;
  #weights = new WeightsOffer();
  #run;
  #charts;
  #wall;
  #copying;
  #timeline;

  /**
   * @param {HTMLElement} root holds train.html
   * @param {object} page
   * @param {() => Run | null} page.run that is shown
   * @param {(error: Error) => void} page.complain
   * @param {(text: string) => void} page.announce makes screen readers say a sentence
   */
  constructor(root, { run, complain, announce }) {
    this.#root = root;
    this.#run = run;
    this.#charts = new Charts(root);
    this.#wall = createWall(root);
    this.#copying = new Copying(root);
    this.#timeline = createTimeline(root, {
      playhead: this.playhead,
      showMoment: () => this.#showMoment(),
      model: () => this.#modelForExplore().catch(complain),
    });
    this.duel = createDuel(find(root, ".duel"));
    this.health = createHealth(root, { announce });
    this.playhead.onChange(() => this.#charts.goTo(this.playhead.step));
  }

  /** Another run is shown, of which nothing is known yet. */
  begin() {
    this.playhead.follow([], []);
    this.#timeline.reset();
    this.#charts.begin();
  }

  /**
   * Shows a new snapshot of the run.
   *
   * @param {Run} run
   * @param {Snapshot} snapshot
   * @param {Failure | null} failure of the lab, if the run is one
   */
  follow(run, snapshot, failure) {
    const { arrays } = snapshot;
    this.health.show(snapshot, failure, run.isMine && !run.isOver);
    this.#charts.draw(/** @type {import("./charts.js").Snapshot} */ (/** @type {unknown} */ (snapshot)));
    this.playhead.follow(snapshot.frames, snapshot.states);
    this.#weights.tell(run);
    if (this.playhead.isPresent) this.#showMoment();
    if (arrays.fakes && this.originals) this.#drawDuel(snapshot, this.originals);
  }

  /** Shows the present again. */
  toPresent() {
    this.#timeline.reset();
    this.#showMoment();
  }

  /** Speaks of what is forged, and hangs real ones on the wall until there are forgeries. @param {Originals} originals */
  setOriginals(originals) {
    this.originals = originals;
    speakOf(this.#root, originals);
    this.#copying.setPictures(originals.own);
    const { shape, shown, singular, plural } = originals;
    const snapshot = this.#run()?.snapshot;
    const caption = `${shown} real ${shown === 1 ? singular : plural}: what the generator has to forge.`;
    if (!snapshot) {
      this.#wall.show({ pixels: firstOf(originals), shape, caption });
      this.#charts.show(singular === "digit");
    }
    this.#drawDuel(snapshot ?? null, originals);
  }

  /** @param {Snapshot | null} snapshot @param {Originals} originals */
  #drawDuel(snapshot, originals) {
    const arrays = snapshot?.arrays.fakes ? snapshot.arrays : null;
    this.duel.draw(arrays, firstOf(originals), snapshot?.loss, originals.shape);
  }

  /** Shows on the wall what the playhead is at, unless it has moved on before the pictures are there. */
  async #showMoment() {
    const { step } = this.playhead;
    const asked = this.#run();
    const snapshot = asked?.snapshot;
    if (!snapshot) return;
    const pixels = step === null ? snapshot.arrays.samples?.values : await asked.pictures(step);
    const isStillAsked = step === this.playhead.step && asked === this.#run();
    if (!pixels || !isStillAsked) return;
    this.#wall.show(forgeriesAt(pixels, step ?? snapshot.step));
    this.#copying.show(pixels);
  }

  /**
   * What Explore opens: a past moment; or of the present the run's networks, which go on learning there.
   *
   * @throws {Error} One line for the page: they are no longer kept.
   */
  async #modelForExplore() {
    const run = this.#run();
    const isLive = this.playhead.isPresent && !run?.isOver;
    return run?.model(isLive ? null : (this.playhead.state ?? null));
  }
}
