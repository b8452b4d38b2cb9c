// Numbers that are moved while a run trains.

import { make } from "../shared/paint.js";
import { goToTab } from "../shared/tabs.js";

const NAMES = {
  generator_lr: "G’s learning rate",
  discriminator_lr: "D’s learning rate",
  beta1: "Adam’s β₁",
  r1_gamma: "R1 penalty γ",
  label_smoothing: "Label smoothing",
  instance_noise: "Noise on what D sees",
  ema_decay: "Average of G (EMA)",
};
const STEPS = 200;

// A slider is fine near zero: the fourth power of its place.
const toValue = (place, [low, high]) => low + (high - low) * (place / STEPS) ** 4;
const toPlace = (value, [low, high]) => STEPS * ((value - low) / (high - low)) ** 0.25;
const CURVED = new Set(["generator_lr", "discriminator_lr", "r1_gamma"]);

// ranges: [low, high] by name; change({name: value}) when one has been moved.
export function createKnobs(root, ranges, change) {
  const knobs = Object.entries(ranges).map(([name, range]) => {
    const label = make(root, "div", { class: "knob" });
    const head = make(label, "span", {}, `${NAMES[name]} `);
    const why = make(
      head,
      "button",
      { type: "button", class: "why", "aria-label": `What ${NAMES[name]} does` },
      "?",
    );
    why.addEventListener("click", () => goToTab("Learn", { at: `#learn-${name}` }));
    const input = make(label, "input", {
      type: "range",
      min: 0,
      max: STEPS,
      step: 1,
      "aria-label": NAMES[name],
    });
    const output = make(label, "output");
    const read = () => {
      const value = CURVED.has(name)
        ? toValue(Number(input.value), range)
        : range[0] + ((range[1] - range[0]) * Number(input.value)) / STEPS;
      return Number(value.toPrecision(3));
    };
    input.addEventListener("input", () => (output.value = read()));
    input.addEventListener("change", () => change({ [name]: Math.min(read(), range[1]) }));
    return {
      name,
      follow(value) {
        if (input === document.activeElement && input.matches(":active")) return;
        input.value = CURVED.has(name)
          ? toPlace(value, range)
          : (STEPS * (value - range[0])) / (range[1] - range[0]);
        output.value = Number(value.toPrecision(3));
      },
    };
  });
  return { follow: (hyper) => knobs.forEach((knob) => knob.follow(hyper[knob.name])) };
}
