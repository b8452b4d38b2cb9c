/** A button that asks before it does what cannot be undone: it is pressed twice, and says in between what will be lost. */

import { isWaiting, whileWaiting } from "./waiting.js";

const ANSWER_MS = 5000; // after so long without a second press it asks no more

/**
 * @param {HTMLButtonElement} button
 * @param {object} options
 * @param {string} options.question what the button says after the first press
 * @param {() => boolean} options.isNeeded whether anything would be lost; if not, one press is enough
 * @param {() => unknown} options.act a promise that it returns is waited for
 * @param {(text: string) => void} options.announce makes screen readers say the question
 */
export function askTwice(button, { question, isNeeded, act, announce }) {
  const label = button.textContent;
  let isAsking = false;
  /** @type {number | undefined} */
  let timer;

  /** @param {boolean} asks */
  function ask(asks) {
    clearTimeout(timer);
    isAsking = asks;
    button.textContent = asks ? question : label;
    button.classList.toggle("asks", asks);
    if (!asks) return;
    announce(question);
    timer = window.setTimeout(() => ask(false), ANSWER_MS);
  }

  button.addEventListener("click", (event) => {
    if (event.detail > 1 || isWaiting(button)) return; // the second click of a double click is no answer
    if (isAsking || !isNeeded()) {
      ask(false);
      whileWaiting(button, act);
    } else ask(true);
  });
  button.addEventListener("blur", () => isAsking && ask(false));
  button.addEventListener("keydown", (event) => {
    if (isAsking && event.key === "Escape") ask(false);
  });
}
