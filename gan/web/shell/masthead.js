/** The masthead, which says what is made: by the model that Explore shows, or on Train by the run that is there. */

import { say } from "../shared/subject.js";

/** @import { Words } from "../shared/subject.js" */
/** @import { TabName } from "../shared/tabs.js" */

/**
 * Who shows something tells it by the event "forger:subject", with the tab and the words in its detail.
 * @param {ParentNode} root holds .masthead
 * @returns {(tab: TabName) => void} to be told which tab is open; Learn speaks of the model that Explore shows
 */
export function mountMasthead(root) {
  const mast = root.querySelector(".masthead");
  /** @type {Partial<Record<TabName, Words>>} */
  const known = {};
  /** @type {TabName} */
  let open = "explore";

  function follow() {
    const words = known[open] ?? known.explore;
    if (mast && words) say(mast, words);
  }

  addEventListener("forger:subject", (event) => {
    /** @type {{tab: TabName, words: Words}} */
    const { tab, words } = /** @type {CustomEvent} */ (event).detail;
    known[tab] = words;
    follow();
  });
  return (tab) => {
    open = tab;
    follow();
  };
}
