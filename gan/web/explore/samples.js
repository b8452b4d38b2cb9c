// The panel with a sheet of samples, none of them selected. A click takes one to the sliders.

/** @import { Page, Panel } from "../shared/page.js" */
/** @import { State } from "../shared/state.js" */

import { fromSeed, MAX_SEED } from "../engine/latents.js";
import { within } from "../shared/elements.js";
import { make, paint } from "../shared/paint.js";
import { ALL, unmoved } from "../shared/state.js";
import { nameOfOne } from "../shared/subject.js";

const COUNT = 48; // pictures of the sheet

/** @implements {Panel} */
export class Samples {
  /**
   * @param {HTMLElement} root holds the panel
   * @param {Page} page
   */
  constructor(root, page) {
    this.page = page;
    this.elements = within(root);
    this.cells = Array.from({ length: COUNT }, (_, i) => this.createCell(i));
    this.elements.select(".sheet-class").addEventListener("change", () => {
      this.change({ label: Number(this.elements.select(".sheet-class").value) });
    });
    this.elements.find(".other-samples").addEventListener("click", () => {
      this.change({ first: Math.floor(Math.random() * (MAX_SEED - COUNT)) });
    });
  }

  /** Its end draws the sheet. @param {Partial<State["sheet"]>} part */
  change(part) {
    this.page.change({ sheet: { ...this.page.state.sheet, ...part } });
  }

  /** @param {number} i the number of the sample */
  createCell(i) {
    const cell = make(this.elements.find(".sheet"), "button", { type: "button" });
    cell.addEventListener("click", () => this.page.goTo({ ...this.latent(i), view: "sliders" }));
    return { cell, canvas: make(cell, "canvas", { width: 56, height: 56, class: "ink" }) };
  }

  /** @param {number} i the number of the sample @returns what makes it */
  latent(i) {
    const { classes } = this.page.model.config;
    const { first, label } = this.page.state.sheet;
    const digit = label === ALL ? i % Math.max(classes, 1) : label;
    return { ...unmoved, seed: (first + i) % (MAX_SEED + 1), digit: classes ? digit : this.page.state.digit };
  }

  useModel() {
    const { classes } = this.page.model.subject;
    const select = this.elements.select(".sheet-class");
    select.replaceChildren();
    make(select, "option", { value: ALL }, "all classes in turn");
    classes.forEach((name, label) => {
      make(select, "option", { value: label }, name);
    });
    this.elements.find(".sheet-classes").hidden = !classes.length;
  }

  followState() {
    this.elements.select(".sheet-class").value = String(this.page.state.sheet.label);
  }

  async finish() {
    const { model, engine } = this.page;
    const { z_dim } = model.config;
    const latents = this.cells.map((_, i) => this.latent(i));
    const z = new Float32Array(COUNT * z_dim);
    latents.forEach(({ seed }, i) => {
      z.set(fromSeed(seed, z_dim), i * z_dim);
    });
    const digits = latents.map(({ digit }) => digit);
    const { pictures } = await engine.sheet({ model: model.id, z, digits });
    return () => {
      this.cells.forEach(({ cell, canvas }, i) => {
        paint(canvas, model.pick(pictures, i));
        const name = `${nameOfOne(model.subject, digits[i])}, seed ${latents[i].seed}`;
        cell.setAttribute("aria-label", `Take to the sliders: ${name}`);
        cell.title = name;
      });
    };
  }
}
