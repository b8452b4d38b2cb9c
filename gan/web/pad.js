// The panel to draw on: the server looks for the z whose picture comes nearest (gan/inversion.py), and
// the page plays how it went there.

import { decode } from "./engine.js";
import { fromSeed } from "./latents.js";
import { make, paint } from "./paint.js";

const SIDE = 84; // pixels of the drawing that is sent
const PEN = 22; // of the pad's 280 pixels: MNIST's stroke
const PAUSE = 600; // ms after the pen is lifted: there may be a second stroke
const TRIES = 8; // starts that are shown
const MOMENT = 45; // ms between two pictures of the search
// Of ten digits of MNIST's test set, one misses more than CLOSE (python -m tests.benchmarks.inversion).
const CLOSE = 0.09;
const FOREIGN = 0.25;
const FAR = 1.3; // mean square of z: of N(0, 1) it is 1, and for no real digit it was more than 1.2
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export function createPad(root, page, server) {
  const find = (selector) => root.querySelector(selector);
  const pad = find(".pad");
  const pen = pad.getContext("2d", { willReadFrequently: true });
  const tries = Array.from({ length: TRIES }, () => make(find(".tries"), "canvas", { width: 56, height: 56, class: "ink" }));
  const found = []; // the places of the last two drawings
  let resting;
  let asked = 0; // what is asked for later makes an answer stale

  const say = (text) => (find(".verdict").textContent = text);

  function clear() {
    asked++;
    clearTimeout(resting);
    pen.clearRect(0, 0, pad.width, pad.height);
    say("Draw a digit here. One stroke will do.");
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
      const { drawing } = await server.stranger({});
      clear();
      const ink = decode(drawing);
      const small = new OffscreenCanvas(28, 28);
      const image = new ImageData(28, 28);
      ink.forEach((value, i) => image.data.set([255, 255, 255, value], 4 * i));
      small.getContext("2d").putImageData(image, 0, 0);
      pen.drawImage(small, 0, 0, pad.width, pad.height);
      look();
    });
    find(".join").addEventListener("click", () => {
      page.become({ view: "morph", path: { ...page.state.path, stops: [...found] } });
    });
  }

  function ink() {
    const small = new OffscreenCanvas(SIDE, SIDE).getContext("2d");
    small.drawImage(pad, 0, 0, SIDE, SIDE);
    return small.getImageData(0, 0, SIDE, SIDE).data.filter((_, i) => i % 4 === 3);
  }

  // --- The search ------------------------------------------------------------------------------

  async function look() {
    const mine = ++asked;
    if (page.isLive) return say("Save the model, and open the app with --checkpoint, to look with it.");
    say("Looking for it …");
    try {
      const answer = await server.find({ model: page.id, ink: [...ink()] });
      if (mine !== asked) return;
      if (!answer.moments) return say(answer.error);
      paint(find(".framed canvas"), decode(answer.drawing));
      const z = new Float32Array(decode(answer.moments).buffer);
      await play(z, answer.digits, () => mine === asked);
      if (mine !== asked) return;
      keep();
      say(verdict(answer.error, page.z()));
    } catch (error) {
      if (mine === asked) say(`The search failed: ${error.message}`);
    }
  }

  // z: [moments, starts, z_dim], the nearest start first.
  async function play(z, digits, goesOn) {
    const { z_dim } = page.model.config;
    const starts = digits.length;
    const moments = z.length / (starts * z_dim);
    for (let moment = CALM.matches ? moments - 1 : 0; moment < moments && goesOn(); moment++) {
      const begun = performance.now();
      const first = moment * starts * z_dim;
      const shown = { model: page.id, z: z.slice(first, first + TRIES * z_dim), digits: digits.slice(0, TRIES) };
      const { pictures } = await page.engine.sheet(shown);
      tries.forEach((canvas, i) => paint(canvas, pictures.subarray(784 * i, 784 * (i + 1))));
      page.change(place(z.subarray(first, first + z_dim), digits[0]));
      await new Promise((resolve) => setTimeout(resolve, begun + MOMENT - performance.now()));
    }
  }

  // A z as a place that a link can name: a seed, and what to add to each axis.
  function place(z, digit) {
    const { seed } = page.state;
    const edits = Array.from(fromSeed(seed, z.length), (value, i) => [i, Math.round(1000 * (z[i] - value)) / 1000]);
    return { seed, digit, truncation: 1, shifts: {}, edits: Object.fromEntries(edits) };
  }

  function keep() {
    const { seed, digit, truncation, shifts, edits } = page.state;
    found.push({ seed, digit, truncation, shifts, edits });
    if (found.length > 2) found.shift();
    find(".join").disabled = found.length < 2;
  }

  function verdict(error, z) {
    const missed = `It misses ${error < 0.01 ? "less than 1" : Math.round(100 * error)} % of your ink`;
    if (error < FOREIGN && z.reduce((sum, value) => sum + value ** 2, 0) > FAR * z.length) {
      return `${missed}, but only far outside of where its digits lie.`;
    }
    if (error < CLOSE) return `${missed}: as near as it comes to nine of ten real digits. Your hand is forged.`;
    if (error < FOREIGN) return `${missed}: alike, but it would not fool you.`;
    return `${missed}. It knows nothing but digits: this is the nearest.`;
  }

  if (server) listen();
  return {
    setUp() {
      asked++;
      found.length = 0;
      find(".join").disabled = true;
      for (const canvas of root.querySelectorAll(".answer canvas")) canvas.getContext("2d").clearRect(0, 0, 56, 56);
      clear();
    },
    synchronise() {},
    rest() {},
  };
}
