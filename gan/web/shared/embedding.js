// The page within another page, of a lecture or a blog: "?embed=explore", "?embed=train", or a part of Learn, as
// "?embed=learn-losses".

/** @import { TabName } from "./tabs.js" */

/** @typedef {{tab: TabName, part: string | null}} Embedded part: the id of what is shown of Learn; null: all of the tab */

/**
 * @param {string} search as "?embed=explore"
 * @returns {Embedded | null} what is shown; null: the whole page
 */
export function embeddedIn(search) {
  const asked = new URLSearchParams(search).get("embed") ?? "";
  const [, tab] = /^(explore|train|learn)(-[\w-]+)?$/.exec(asked) ?? [];
  if (!tab) return null;
  return { tab: /** @type {TabName} */ (tab), part: asked.startsWith("learn-") ? asked : null };
}

/**
 * A line of HTML for somebody's own page.
 * @param {string} what "explore", "train" or "learn-…"
 * @param {{title: string, height: number, hash?: string}} frame title: for screen readers; height in pixels; hash: the
 *   state of Explore
 * @param {string} here the address of this page
 * @returns {string}
 */
export function asFrame(what, { title, height, hash = "" }, here) {
  const address = new URL(hash || "#", here);
  address.search = `?embed=${what}`;
  const source = address.href.replace(/#$/, "").replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<iframe src="${source}" title="${title}" width="100%" height="${height}" style="border: 0" loading="lazy"></iframe>`;
}
