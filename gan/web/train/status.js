// The line that says how far a run is, live or recorded.

import { make } from "../shared/paint.js";

const number = (value) => Math.round(value).toLocaleString("en");

export const pace = ({ step, images, seconds }) => [
  `step ${number(step)}`,
  `${number(images)} digits seen`,
  `${seconds.toFixed(1)} s`,
];

export function tell(root, word, facts) {
  const line = root.querySelector(".status");
  line.replaceChildren();
  make(line, "b", {}, word);
  for (const fact of facts) {
    line.append(" "); // for those who hear it
    make(line, "span", {}, fact);
  }
}
