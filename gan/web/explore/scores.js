// What the networks make of the picture: how real D finds it and where it looks, and what the classifier reads.

/** @import { DrawAnswer } from "../engine/types.js" */
/** @import { Page } from "../shared/page.js" */

import { within } from "../shared/elements.js";
import { callsForged, reasonOf } from "../shared/opinion.js";
import { make, paintSaliency } from "../shared/paint.js";
import { nameOfMany, nameOfOne } from "../shared/subject.js";

/**
 * @param {Element} root holds the Explore page
 * @param {Page} page
 * @returns {(answer: DrawAnswer) => void} shows the scores of an answer
 */
export function createScores(root, page) {
  const { find, canvas } = within(root);
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const column = make(find(".bars"), "span", {}, String(digit));
    return { column, bar: make(column, "i") };
  });

  /** D's logit among those of real pictures: a bare one says nothing. @param {DrawAnswer} answer */
  function showLogit({ logit, digit }) {
    const isRanked = logit !== null && page.model.percentiles !== null;
    find(".meter").hidden = !isRanked;
    if (!isRanked) {
      find(".words").textContent =
        logit === null
          ? "The discriminator of this model scores no single pictures."
          : "The discriminator’s scores of real pictures are not in this model’s file.";
      return;
    }
    const percentile = page.model.percentile(logit, digit);
    const kind = nameOfMany(page.model.subject, digit);
    const verdict = callsForged(percentile) ? "a forgery" : "real";
    find(".words").textContent = `The discriminator takes it for ${verdict}: ${reasonOf(percentile, kind)}.`;
    find(".meter i").style.transform = `scaleX(${percentile / 100})`;
  }

  /** @param {DrawAnswer} answer */
  function showReading({ probabilities, digit }) {
    const kind = nameOfOne(page.model.subject, digit);
    find(".bars").hidden = !page.model.subject.isRead; // they are empty until the classifier is there
    find(".picture").setAttribute("aria-label", `A forged ${kind}`);
    if (!probabilities) return;
    const top = probabilities.indexOf(Math.max(...probabilities));
    bars.forEach(({ column, bar }, i) => {
      bar.style.transform = `scaleY(${probabilities[i]})`;
      column.classList.toggle("top", i === top);
    });
    const text = `the classifier reads ${top}, with ${Math.round(100 * probabilities[top])} %`;
    find(".picture").setAttribute("aria-label", `A forged ${kind}; ${text}`);
    find(".bars").setAttribute("aria-label", text);
  }

  /** @param {DrawAnswer} answer */
  function showSaliency({ saliency }) {
    canvas(".saliency").hidden = !saliency;
    if (saliency) paintSaliency(canvas(".saliency"), saliency);
  }

  return (answer) => {
    showLogit(answer);
    showSaliency(answer);
    showReading(answer);
  };
}
