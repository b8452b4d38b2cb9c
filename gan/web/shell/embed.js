/** What the page is without mast and tabs, within somebody else's page. */

import { make } from "../shared/paint.js";

/**
 * Leaves away what belongs to the whole page. What leads to another tab opens the whole page, in a window of its own.
 *
 * @param {Element} root Holds page.html.
 */
export function embed(root) {
  root.classList.add("embedded");
  const page = root.querySelector(".page") ?? root; // whose margins the line has too
  const line = make(page, "p", { class: "whole hint" });
  const link = /** @type {HTMLAnchorElement} */ (
    make(line, "a", { target: "_blank", rel: "noopener" }, "Open in Forger")
  );
  link.href = wholePage(null);
  link.addEventListener("click", () => {
    link.href = wholePage(null); // the hash follows the sliders
  });
  root.querySelector("[role=tablist]")?.addEventListener("click", openWhole, { capture: true });
}

/**
 * The address of the whole page.
 *
 * @param {string | null} tab Null for the one that is embedded.
 */
function wholePage(tab) {
  const address = new URL(location.href);
  const shown = address.searchParams.get("embed")?.split("-")[0] ?? "explore";
  address.searchParams.delete("embed");
  address.searchParams.set("tab", tab ?? shown);
  return address.href;
}

/** @param {Event} event On one of the tabs, which are not seen: a button that leads there clicks it. */
function openWhole(event) {
  event.stopPropagation();
  const tab = event.target instanceof HTMLElement ? event.target.dataset.tab : null;
  window.open(wholePage(tab ?? null), "_blank", "noopener");
}

/**
 * Shows one part of a panel: a section, a figure, or a heading with all that follows it up to the next.
 *
 * @param {Element} panel
 * @param {string} id Of the part. If there is none, the whole panel is shown.
 */
export function isolate(panel, id) {
  const named = panel.querySelector(`#${CSS.escape(id)}`);
  const frame = named?.closest("section, figure");
  const target = frame && panel.contains(frame) ? frame : named;
  if (!target) return;
  /** @type {Element[]} */
  let kept = target === frame ? [target] : withWhatFollows(target);
  for (let at = target; at !== panel && at.parentElement; at = at.parentElement) {
    for (const sibling of at.parentElement.children) {
      if (!kept.includes(sibling)) sibling.classList.add("left-out");
    }
    kept = [at.parentElement];
  }
}

/** A heading and its text. @param {Element} heading */
function withWhatFollows(heading) {
  const found = [heading];
  for (let next = heading.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.tagName === heading.tagName) break;
    found.push(next);
  }
  return found;
}
