// Inside the networks, on the Explore page: the maps follow the sliders.

/** @import { Page } from "../../shared/page.js" */

import { within } from "../../shared/elements.js";
import { Inside } from "./inside.js";

/**
 * @param {HTMLElement} root holds the Explore page, which says `forger:shown` whenever it has drawn a picture, and the
 *   figure, hidden
 * @param {Page} page
 */
export function mountInsideHere(root, page) {
  const { find, button } = within(root);
  const place = find(".inside-here");
  const opener = button(".look-inside");
  /** @type {Inside | null} */
  let inside = null; // once it was opened

  async function follow() {
    if (place.hidden || !inside) return;
    const { state, model } = page;
    const error = within(place).find(".error");
    try {
      await inside.show({ model, z: model.z(state), digit: state.digit });
      error.textContent = "";
    } catch (reason) {
      error.textContent = /** @type {Error} */ (reason).message;
    }
  }

  function unpack() {
    const template = place.querySelector("template");
    template?.replaceWith(template.content);
    const figure = within(place).find(".inside");
    for (const own of [".digits", ".other"]) within(figure).find(own).hidden = true; // Explore has these
    return new Inside(figure);
  }

  opener.addEventListener("click", () => {
    place.hidden = !place.hidden;
    opener.setAttribute("aria-expanded", String(!place.hidden));
    opener.textContent = place.hidden ? "Look inside" : "Close it again";
    if (place.hidden) return;
    inside ??= unpack();
    follow();
    place.scrollIntoView({ block: "nearest" });
  });
  root.addEventListener("forger:shown", follow);
}
