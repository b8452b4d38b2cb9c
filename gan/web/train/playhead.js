/** Which moment of a run is shown: the present, or a step of its past. The wall, the timeline and the charts follow it. */

export class Playhead {
  /** @type {number | null} the step that is shown; null: the present */
  step = null;
  /** @type {number[]} steps whose pictures are kept, ascending */
  frames = [];
  /** @type {number[]} steps whose networks are kept, ascending */
  states = [];
  /** @type {(() => void)[]} */
  #listeners = [];

  /** @param {() => void} listener is told when another moment is shown, or another moment can be */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  get isPresent() {
    return this.step === null;
  }

  /** The position of the shown moment in `frames`; −1: there are none. */
  get index() {
    const { step } = this;
    return step === null ? this.frames.length - 1 : this.frames.findLastIndex((frame) => frame <= step);
  }

  /** The last step up to the shown moment whose networks are kept; undefined: there is none. */
  get state() {
    return this.states.findLast((state) => state <= (this.step ?? Infinity));
  }

  /** @param {number | null} step one of `frames`; null: to the present, and on with it */
  goTo(step) {
    this.step = step;
    this.#tell();
  }

  /**
   * What is kept of the run has changed.
   *
   * @param {number[]} frames
   * @param {number[]} states
   */
  follow(frames, states) {
    this.frames = frames;
    this.states = states;
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
