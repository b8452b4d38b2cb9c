// The panel of paths between two to eight latents: played, scrubbed, as a filmstrip, a grid, a file.

/** @import { Page, Panel } from "../shared/page.js" */
/** @import { Path } from "../shared/state.js" */
/** @import { Way } from "../engine/types.js" */

import { switchOff, within } from "../shared/elements.js";
import { saveFile } from "../shared/files.js";
import { make, paint } from "../shared/paint.js";
import { latentOf, MAX_STOPS, unmoved } from "../shared/state.js";
import { encoders } from "./recording.js";
import { listStops } from "./stops.js";

const SECONDS = 2; // of a stretch between two stops, at speed 1
const FILM = 16; // pictures of the filmstrip
const SIDE = 9; // pictures on a side of the grid
const RATE = 25; // frames a second of a file
const FILE_PIXELS = 280; // on a side of a file
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {HTMLElement} root holds the panel
 * @param {Page} page
 * @returns {Panel}
 */
export function createMorph(root, page) {
  const morph = new MorphPanel(root, page);
  return {
    useModel: () => {
      morph.at = 0;
    },
    followState: (isOpening) => morph.followState(isOpening),
    draw: () => morph.drawAt(morph.at),
    finish: () => morph.drawAll(),
  };
}

class MorphPanel {
  /**
   * @param {HTMLElement} root
   * @param {Page} page
   */
  constructor(root, page) {
    this.page = page;
    this.elements = within(root);
    this.at = 0; // where on the path, 0…1
    this.isPlaying = false;
    this.isDrawing = false;
    this.isStale = false; // it has moved since the drawing began
    this.before = 0; // ms, when the last frame was shown; 0: it has just begun to play
    this.listen();
    this.listenToPath();
  }

  get path() {
    return this.page.state.path;
  }

  /** @param {Partial<Path>} part */
  change(part) {
    this.page.change({ path: { ...this.path, ...part } });
  }

  // --- The path ----------------------------------------------------------------------------------

  /** How many stretches lie between stops. */
  get stretches() {
    return this.path.stops.length - (this.path.loop ? 0 : 1);
  }

  get seconds() {
    return (SECONDS * this.stretches) / this.path.speed;
  }

  /** So many times 0…1, of which the last is the end of the path; of a loop, which ends where it begins, the one before. */
  times(/** @type {number} */ count) {
    return Array.from({ length: count }, (_, i) => i / (count - (this.path.loop ? 0 : 1)));
  }

  /** @param {number} t 0…1 @returns {number} the same, slowed down at each stop if that is asked for */
  eased(t) {
    if (!this.path.ease) return t;
    const { stretches } = this;
    const stretch = Math.min(Math.floor(t * stretches), stretches - 1);
    const u = t * stretches - stretch;
    return (stretch + u * u * (3 - 2 * u)) / stretches;
  }

  request() {
    const { way, loop, stops } = this.path;
    const { model } = this.page;
    return { model: model.id, stops: model.inputs(loop ? [...stops, stops[0]] : stops), way };
  }

  /** @param {number[]} times 0…1 @returns {Promise<Uint8Array>} pictures */
  async pictures(times) {
    const request = { ...this.request(), times: times.map((t) => this.eased(t)) };
    return (await this.page.engine.along(request)).pictures;
  }

  /** @param {number} t 0…1 */
  drawAt(t) {
    return this.page.engine.drawAlong({ ...this.request(), time: this.eased(t) });
  }

  // --- Playing ---------------------------------------------------------------------------------

  /** The picture where the path is now; if that moves meanwhile, it is drawn again. */
  async showFrame() {
    this.isStale = true;
    if (this.isDrawing) return;
    this.isDrawing = true;
    while (this.isStale) {
      this.isStale = false;
      try {
        this.page.show(await this.drawAt(this.at));
        this.elements.input(".scrub").value = String(this.at);
      } catch (error) {
        this.pause();
        this.page.showError(error);
      }
    }
    this.isDrawing = false;
  }

  /** @param {number} now ms */
  tick(now) {
    if (!this.isPlaying || this.page.state.view !== "morph") return this.pause();
    if (this.before) this.at = (this.at + (now - this.before) / 1000 / this.seconds) % 1;
    this.before = now;
    this.showFrame();
    requestAnimationFrame((time) => this.tick(time));
    return undefined;
  }

  play() {
    this.isPlaying = true;
    this.before = 0;
    this.elements.find(".play").textContent = "Pause";
    requestAnimationFrame((time) => this.tick(time));
  }

  pause() {
    this.isPlaying = false;
    this.elements.find(".play").textContent = "Play";
  }

  /** @param {number} t 0…1 */
  showAt(t) {
    this.pause();
    this.at = t;
    this.showFrame();
  }

  // --- Stops -----------------------------------------------------------------------------------

  /** @param {Path["stops"]} stops */
  setStops(stops) {
    this.change({ stops });
    this.list();
  }

  /** @param {number} from @param {number} to */
  reorder(from, to) {
    const stops = [...this.path.stops];
    if (to < 0 || to >= stops.length || from === to) return;
    stops.splice(to, 0, ...stops.splice(from, 1));
    this.setStops(stops);
    this.elements.all(".stop")[to].focus();
  }

  /** @param {number} i */
  remove(i) {
    this.setStops(this.path.stops.filter((_, k) => k !== i));
    this.elements.all(".stop")[Math.min(i, this.path.stops.length - 1)].focus();
  }

  list() {
    listStops(this.elements.find(".stops"), this.path.stops, this.page.model.subject.classes, {
      reorder: (from, to) => this.reorder(from, to),
      remove: (i) => this.remove(i),
      visit: (i) => this.showAt(i / this.stretches),
    });
    switchOff(this.elements.button(".add"), this.path.stops.length >= MAX_STOPS);
  }

  // --- What follows a change --------------------------------------------------------------------

  /** The filmstrip, the cards, and the grid if it is shown. */
  async drawAll() {
    const { model, engine } = this.page;
    const { stops, way, isGrid } = this.path;
    const cardTimes = stops.map((_, i) => i / (stops.length - 1));
    const corners = model.inputs([0, 1, 2, 3].map((i) => stops[i % stops.length]));
    const [film, cards, grid] = await Promise.all([
      this.pictures(this.times(FILM)),
      engine.along({ model: model.id, stops: model.inputs(stops), way: "lerp", times: cardTimes }),
      isGrid ? engine.between({ model: model.id, corners, way, side: SIDE }) : null,
    ]);
    /** @param {string} selector @param {Uint8Array} pictures */
    const fill = (selector, pictures) => {
      this.elements.canvases(selector).forEach((canvas, i) => {
        paint(canvas, model.pick(pictures, i));
      });
    };
    return () => {
      fill(".film canvas", film);
      fill(".stop canvas", cards.pictures);
      if (grid) fill(".grid-of-four canvas", grid.pictures);
    };
  }

  async record() {
    const { select, button } = this.elements;
    const save = button(".save-way");
    const format = /** @type {keyof typeof encoders} */ (select(".format").value);
    const times = this.times(Math.max(2, Math.round(RATE * this.seconds)));
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = FILE_PIXELS;
    save.disabled = true;
    this.pause();
    try {
      const film = await encoders[format](
        canvas,
        times.length,
        async (i) => paint(canvas, await this.pictures([times[i]])),
        1000 / RATE,
        (share) => {
          save.textContent = `${Math.round(100 * share)} %`;
        },
        this.page.model.config.channels > 1,
      );
      saveFile(film, `forger-morph.${format}`);
    } catch (error) {
      this.page.showError(error);
    }
    save.disabled = false;
    save.textContent = "Save";
  }

  listen() {
    const { find, input, select } = this.elements;
    for (let i = 0; i < FILM; i++) make(find(".film"), "canvas", { width: 56, height: 56, class: "ink" });
    for (let i = 0; i < SIDE ** 2; i++) {
      make(find(".grid-of-four"), "canvas", { width: 56, height: 56, class: "ink" });
    }
    find(".play").addEventListener("click", () => (this.isPlaying ? this.pause() : this.play()));
    input(".scrub").addEventListener("input", () => this.showAt(Number(input(".scrub").value)));
    input(".as-grid").addEventListener("change", () => {
      find(".grid-of-four").hidden = !input(".as-grid").checked;
      this.change({ isGrid: input(".as-grid").checked });
    });
    select(".speed").addEventListener("change", () => this.change({ speed: Number(select(".speed").value) }));
    find(".save-way").addEventListener("click", () => this.record());
  }

  listenToPath() {
    const { find, input, select } = this.elements;
    select(".way").addEventListener("change", () =>
      this.change({ way: /** @type {Way} */ (select(".way").value) }),
    );
    input(".loop").addEventListener("change", () => this.change({ loop: input(".loop").checked }));
    input(".ease").addEventListener("change", () => this.change({ ease: input(".ease").checked }));
    find(".add").addEventListener("click", () => {
      if (this.path.stops.length < MAX_STOPS) this.setStops([...this.path.stops, latentOf(this.page.state)]);
    });
    find(".others").addEventListener("click", () => {
      const random = () => Math.floor(Math.random() * 1e6);
      const { truncation, ...others } = unmoved;
      this.setStops(this.path.stops.map((stop) => ({ ...stop, ...others, seed: random() })));
    });
  }

  /** @param {boolean} isOpening */
  followState(isOpening) {
    const { find, input, select } = this.elements;
    this.list();
    select(".speed").value = String(this.path.speed);
    input(".as-grid").checked = this.path.isGrid;
    find(".grid-of-four").hidden = !this.path.isGrid;
    select(".way").value = this.path.way;
    input(".loop").checked = this.path.loop;
    input(".ease").checked = this.path.ease;
    if (isOpening && !this.isPlaying && !CALM.matches) this.play();
  }
}
