// The panel to draw on: the z is looked for whose picture comes nearest, and shown on its way.

import { decode } from "../engine/engine.js";
import { frame } from "./framing.js";
import { editsFrom } from "../engine/latents.js";
import { stranger } from "../engine/mnist.js";
import { make, paint } from "../shared/paint.js";
import { searchHere, searchThere } from "./search.js";
import { placeOf } from "../shared/state.js";

const PEN = 22; // of the pad's 280 pixels: MNIST's stroke
const PAUSE = 600; // ms after the pen is lifted: there may be a second stroke
const TRIES = 8; // starts that are shown
const MOMENT = 45; // ms between two pictures of the search
// Of ten digits of MNIST's test set, one misses more than CLOSE (python -m tests.benchmarks.inversion).
const CLOSE = 0.09;
const FOREIGN = 0.25;
const FAR = 1.3; // mean square of z: of N(0, 1) it is 1, and for no real digit it was more than 1.2
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

// digits: the folder of MNIST's files, for a page without a server.
export function createPad(root, page, { server, digits }) {
  const find = (selector) => root.querySelector(selector);
  const pad = find(".pad");
  const pen = pad.getContext("2d", { willReadFrequently: true });
  const tries = Array.from({ length: TRIES }, () =>
    make(find(".tries"), "canvas", { width: 56, height: 56, class: "ink" }),
  );
  const found = []; // the places of the last two drawings
  let resting;
  let asked = 0; // what is asked for later makes an answer stale
  let source = "yours"; // whose hand is on the pad

  const say = (text) => (find(".verdict").textContent = text);

  function clear() {
    asked++;
    clearTimeout(resting);
    pen.clearRect(0, 0, pad.width, pad.height);
    say("");
    find(".found").hidden = true;
    setInk(false);
  }

  function setInk(isThere) {
    find(".prompt").hidden = isThere;
    find(".clear").disabled = !isThere;
  }

  // --- The pen ---------------------------------------------------------------------------------

  function at({ clientX, clientY }) {
    const { left, top, width, height } = pad.getBoundingClientRect();
    return [((clientX - left) * pad.width) / width, ((clientY - top) * pad.height) / height];
  }

  function stroke(event) {
    pen.lineTo(...at(event));
    pen.stroke();
  }

  function listen() {
    Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
    pad.addEventListener("pointerdown", (event) => {
      clearTimeout(resting);
      asked++; // it is another drawing now
      source = "yours";
      setInk(true);
      pad.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(...at(event));
      stroke(event);
    });
    pad.addEventListener("pointermove", (event) => {
      if (!pad.hasPointerCapture(event.pointerId)) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(each);
    });
    pad.addEventListener("lostpointercapture", () => {
      clearTimeout(resting);
      resting = setTimeout(look, PAUSE);
    });
    find(".clear").addEventListener("click", clear);
    find(".stranger").addEventListener("click", async () => {
      clear();
      const ink = server ? decode((await server.stranger({})).drawing) : await stranger(digits);
      const small = new OffscreenCanvas(28, 28);
      const image = new ImageData(28, 28);
      ink.forEach((value, i) => image.data.set([255, 255, 255, value], 4 * i));
      small.getContext("2d").putImageData(image, 0, 0);
      pen.drawImage(small, 0, 0, pad.width, pad.height);
      source = "theirs";
      setInk(true);
      look();
    });
    find(".join").addEventListener("click", () => {
      page.become({ view: "morph", path: { ...page.state.path, stops: [...found] } });
    });
  }

  const ink = () => pen.getImageData(0, 0, pad.width, pad.height).data.filter((_, i) => i % 4 === 3);

  // --- The search ------------------------------------------------------------------------------

  async function look() {
    const mine = ++asked;
    const { picture, error } = frame(ink(), pad.width);
    if (error) return say(error);
    if (page.model.config.channels > 1)
      return say("This model forges in colour; a drawing is black and white.");
    say("Looking for it …");
    paint(find(".framed canvas"), picture);
    find(".found").hidden = false;
    const model = { id: page.id, z_dim: page.model.config.z_dim };
    const moments =
      server && !page.isLive ? searchThere(server, model, picture) : searchHere(page.engine, model, picture);
    try {
      for await (const moment of moments) {
        if (mine !== asked) return;
        if (CALM.matches && moment.error === null) continue;
        await show(moment, model);
        if (mine !== asked) return;
        if (moment.error === null) continue;
        keep();
        say(verdict(moment.error, page.z()));
      }
    } catch (error) {
      if (mine === asked) say(`The search failed: ${error.message}`);
    }
  }

  // A moment of the search, for so long that it can be seen.
  async function show({ z, digits, best }, { id, z_dim }) {
    const begun = performance.now();
    const { pictures } = await page.engine.sheet({
      model: id,
      z: z.slice(0, TRIES * z_dim),
      digits: digits.slice(0, TRIES),
    });
    tries.forEach((canvas, i) => paint(canvas, pictures.subarray(784 * i, 784 * (i + 1))));
    page.change(place(z.subarray(best * z_dim, (best + 1) * z_dim), digits[best]));
    await new Promise((resolve) => setTimeout(resolve, begun + MOMENT - performance.now()));
  }

  // A z as a place that a link can name: a seed, and what to add to each axis.
  function place(z, digit) {
    const { seed } = page.state;
    return { seed, digit, truncation: 1, shifts: {}, edits: editsFrom(seed, z), source };
  }

  function keep() {
    found.push(placeOf(page.state));
    if (found.length > 2) found.shift();
    find(".join").disabled = found.length < 2;
  }

  function verdict(error, z) {
    const missed = `It misses ${error < 0.01 ? "less than 1" : Math.round(100 * error)} % of your ink`;
    if (error < FOREIGN && z.reduce((sum, value) => sum + value ** 2, 0) > FAR * z.length) {
      return `${missed}, but only far outside of where its digits lie.`;
    }
    if (error < CLOSE)
      return `${missed}: as near as it comes to nine of ten real digits. Your hand is forged.`;
    if (error < FOREIGN) return `${missed}: alike, but it would not fool you.`;
    return `${missed}. It knows nothing but digits: this is the nearest.`;
  }

  listen();
  return {
    setUp() {
      asked++;
      found.length = 0;
      find(".join").disabled = true;
      for (const canvas of root.querySelectorAll(".answer canvas"))
        canvas.getContext("2d").clearRect(0, 0, 56, 56);
      clear();
    },
    synchronise() {},
    rest() {},
  };
}
