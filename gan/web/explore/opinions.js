// What is said of the picture: D's word on it, and what the classifier reads.

import { make } from "../shared/paint.js";

// Returns say(answer), to be called with what the engine answers.
export function createOpinions(root, page) {
  const find = (selector) => root.querySelector(selector);
  const bars = Array.from({ length: 10 }, (_, digit) =>
    make(make(find(".bars"), "span", {}, String(digit)), "i"),
  );

  // D's logit among those of real digits: a bare one says nothing.
  function judgement(logit, digit) {
    if (logit === null || !page.model.percentiles) {
      find(".words").textContent = "The discriminator has no word on this one.";
      find(".meter i").style.transform = "";
      return;
    }
    const share = page.share(logit, digit);
    const kind = page.model.config.classes ? `${digit}s` : "digits";
    find(".words").textContent = `The discriminator: more real than ${share} of 100 real ${kind}.`;
    find(".meter i").style.transform = `scaleX(${share / 100})`;
  }

  function reading(probabilities, digit) {
    find(".bars").hidden = !probabilities;
    if (!probabilities) return;
    const top = probabilities.indexOf(Math.max(...probabilities));
    bars.forEach((bar, i) => {
      bar.style.transform = `scaleY(${probabilities[i]})`;
      bar.parentElement.classList.toggle("top", i === top);
    });
    const text = `the classifier reads ${top}, with ${Math.round(100 * probabilities[top])} %`;
    find(".picture").setAttribute(
      "aria-label",
      `A forged ${page.model.config.classes ? digit : "digit"}; ${text}`,
    );
    find(".bars").setAttribute("aria-label", text);
  }

  return function say({ logit, probabilities, digit }) {
    judgement(logit, digit);
    reading(probabilities, digit);
  };
}
