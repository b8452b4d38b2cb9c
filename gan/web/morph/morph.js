// The panel of ways between two to eight places: played, scrubbed, as a filmstrip, a sheet, a file.

import { make, paint } from "../shared/paint.js";
import { encoders } from "./recording.js";
import { save } from "../shared/files.js";
import { MOST_STOPS, SOURCES, placeOf } from "../shared/state.js";

const SECONDS = 2; // of a stretch between two stops, at speed 1
const FILM = 16; // pictures of the filmstrip
const SHEET = 9; // pictures a side of the sheet
const RATE = 25; // frames a second of a file
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export function createMorph(root, page) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  let at = 0; // where on the way, 0…1
  let playing = false;
  let busy = false;
  let last = 0;

  const path = () => page.state.path;
  const change = (part) => page.change({ path: { ...path(), ...part } });
  const stretches = () => path().stops.length - (path().loop ? 0 : 1);
  const eased = (t) => {
    if (!path().ease) return t;
    const stretch = Math.min(Math.floor(t * stretches()), stretches() - 1);
    const u = t * stretches() - stretch;
    return (stretch + u * u * (3 - 2 * u)) / stretches(); // at rest at each stop
  };

  // Pictures at times 0…1.
  function frames(times, judged = false) {
    const { way, loop, stops } = path();
    const places = page.placesOf(loop ? [...stops, stops[0]] : stops);
    return page.engine.along({ model: page.id, stops: places, way, times: times.map(eased), judged });
  }

  // --- Playing ---------------------------------------------------------------------------------

  async function showFrame() {
    if (busy) return;
    busy = true;
    try {
      page.show(await frames([at], true));
      find(".scrub").value = at;
    } catch (error) {
      pause();
      page.complain(error);
    }
    busy = false;
  }

  function tick(now) {
    if (!playing || !page.isOpen("morph")) return pause();
    const seconds = (SECONDS * stretches()) / Number(find(".speed").value);
    if (last) at = (at + (now - last) / 1000 / seconds) % 1;
    last = now;
    showFrame();
    requestAnimationFrame(tick);
  }

  function play() {
    playing = true;
    last = 0;
    find(".play").textContent = "Pause";
    requestAnimationFrame(tick);
  }

  function pause() {
    playing = false;
    find(".play").textContent = "Play";
  }

  // --- Stops -----------------------------------------------------------------------------------

  function reorder(from, to) {
    const stops = [...path().stops];
    if (to < 0 || to >= stops.length || from === to) return;
    stops.splice(to, 0, ...stops.splice(from, 1));
    setStops(stops);
    all(".stop")[to].focus();
  }

  function stop(parent, { seed, digit, source }, i) {
    const conditional = page.model.config.classes > 0;
    const place = source ? SOURCES[source].stop : String(seed);
    const name = `Stop ${i + 1}: ${source ? place : `seed ${seed}`}${conditional ? `, digit ${digit}` : ""}. Drag it, or press the left and right arrow, to reorder.`;
    const card = make(parent, "div", {
      class: "stop",
      tabindex: 0,
      role: "group",
      "aria-label": name,
      title: name,
    });
    make(card, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
    make(card, "span", {}, place);
    if (path().stops.length > 2) {
      const remove = make(card, "button", { type: "button", "aria-label": `Remove stop ${i + 1}` }, "×");
      remove.addEventListener("click", () => setStops(path().stops.filter((_, k) => k !== i)));
    }
    card.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way || event.target !== card) return;
      event.preventDefault();
      reorder(i, i + way);
    });
    let from; // where it was taken hold of
    card.addEventListener("pointerdown", (event) => {
      if (event.target.tagName === "BUTTON") return;
      from = event.clientX;
      card.setPointerCapture(event.pointerId);
      card.classList.add("held");
    });
    card.addEventListener("pointermove", (event) => {
      if (card.classList.contains("held")) card.style.transform = `translateX(${event.clientX - from}px)`;
    });
    card.addEventListener("pointerup", (event) => {
      if (!card.classList.contains("held")) return;
      card.classList.remove("held");
      card.style.transform = "";
      const others = all(".stop").map((other, k) => [Math.abs(event.clientX - center(other)), k]);
      const [, to] = others.sort((a, b) => a[0] - b[0])[0];
      if (to !== i) return reorder(i, to);
      at = i / stretches();
      pause();
      showFrame();
    });
  }

  function center(card) {
    const { left, width } = card.getBoundingClientRect();
    return left + width / 2;
  }

  function setStops(stops) {
    change({ stops });
    listStops();
  }

  function listStops() {
    find(".stops").replaceChildren();
    path().stops.forEach((each, i) => stop(find(".stops"), each, i));
    find(".add").disabled = path().stops.length >= MOST_STOPS;
  }

  // --- What follows a change --------------------------------------------------------------------

  async function drawAll() {
    const count = path().stops.length;
    const size = 784 * page.model.config.channels;
    const part = (pictures, i) => pictures.subarray(i * size, (i + 1) * size);
    const isSheet = find(".as-sheet").checked;
    const times = Array.from({ length: FILM }, (_, i) => i / (FILM - (path().loop ? 0 : 1)));
    const [film, cards, sheet] = await Promise.all([
      frames(times),
      page.engine.along({
        model: page.id,
        stops: page.placesOf(path().stops),
        way: "lerp",
        times: path().stops.map((_, i) => i / (count - 1)),
      }),
      isSheet &&
        page.engine.between({
          model: page.id,
          corners: page.placesOf([0, 1, 2, 3].map((i) => path().stops[i % count])),
          way: path().way,
          side: SHEET,
        }),
    ]);
    return () => {
      all(".film canvas").forEach((canvas, i) => paint(canvas, part(film.pictures, i)));
      all(".stop canvas").forEach((canvas, i) => paint(canvas, part(cards.pictures, i)));
      if (sheet) all(".sheet canvas").forEach((canvas, i) => paint(canvas, part(sheet.pictures, i)));
    };
  }

  async function record() {
    const format = find(".format").value;
    const seconds = (SECONDS * stretches()) / Number(find(".speed").value);
    const count = Math.max(2, Math.round(RATE * seconds));
    const canvas = Object.assign(document.createElement("canvas"), { width: 280, height: 280 });
    const button = find(".save-way");
    button.disabled = true;
    pause();
    try {
      const draw = async (i) => paint(canvas, (await frames([i / (count - (path().loop ? 0 : 1))])).pictures);
      const progress = (share) => (button.textContent = `${Math.round(100 * share)} %`);
      const isColour = page.model.config.channels > 1;
      save(
        await encoders[format](canvas, count, draw, 1000 / RATE, progress, isColour),
        `forger-morph.${format}`,
      );
    } catch (error) {
      page.complain(error);
    }
    button.disabled = false;
    button.textContent = "Save";
  }

  function listen() {
    for (let i = 0; i < FILM; i++) make(find(".film"), "canvas", { width: 56, height: 56, class: "ink" });
    for (let i = 0; i < SHEET ** 2; i++)
      make(find(".sheet"), "canvas", { width: 56, height: 56, class: "ink" });
    find(".play").addEventListener("click", () => (playing ? pause() : play()));
    find(".scrub").addEventListener("input", ({ target }) => {
      pause();
      at = Number(target.value);
      showFrame();
    });
    find(".way").addEventListener("change", ({ target }) => change({ way: target.value }));
    find(".loop").addEventListener("change", ({ target }) => change({ loop: target.checked }));
    find(".ease").addEventListener("change", ({ target }) => change({ ease: target.checked }));
    find(".as-sheet").addEventListener("change", ({ target }) => {
      find(".sheet").hidden = !target.checked;
      change({});
    });
    find(".add").addEventListener("click", () => setStops([...path().stops, placeOf(page.state)]));
    find(".others").addEventListener("click", () => {
      const random = () => Math.floor(Math.random() * 1e6);
      setStops(path().stops.map((each) => ({ ...each, seed: random(), shifts: {}, edits: {}, source: "" })));
    });
    find(".save-way").addEventListener("click", record);
  }

  listen();
  return {
    setUp: () => (at = 0),
    synchronise(opens) {
      listStops();
      find(".way").value = path().way;
      find(".loop").checked = path().loop;
      find(".ease").checked = path().ease;
      if (opens && !playing && !CALM.matches) play();
    },
    draw: () => frames([at], true),
    rest: drawAll,
  };
}
