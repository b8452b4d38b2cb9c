/** Starts an exported page. */

import { keepOffline } from "./offline.js";
import { mountPage } from "./shell.js";

/** @param {string} selector @returns {Element} */
const find = (selector) => /** @type {Element} */ (document.querySelector(selector));

find(".not-started").remove(); // all modules of the page are here
await mountPage(find(".page"), JSON.parse(find("#described").textContent ?? ""));
keepOffline();
