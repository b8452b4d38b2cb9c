// What a run's page shows, live or recorded: the wall of 64 forgeries, and the line that says how far it is.

import { make, paintGrid } from "./paint.js";

const number = (value) => Math.round(value).toLocaleString("en");

// pictures: [64 · 784].
export function hang(root, pictures, words) {
  const wall = root.querySelector(".wall");
  paintGrid(wall, pictures, 8);
  wall.setAttribute("aria-label", words);
  root.querySelector(".wall-words").textContent = words;
}

export const pace = ({ step, images, seconds }) => [`step ${number(step)}`, `${number(images)} digits seen`, `${seconds.toFixed(1)} s`];

export function tell(root, word, facts) {
  const line = root.querySelector(".status");
  line.replaceChildren();
  make(line, "b", {}, word);
  for (const fact of facts) {
    line.append(" "); // for those who hear it
    make(line, "span", {}, fact);
  }
}
