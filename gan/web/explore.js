// The Explore page. `mount` brings explore.html to life.
//
// One drawing is under way at a time. What moves meanwhile is drawn, once, when the answer is there:
// the picture follows as fast as answers come, nothing queues up, and the last value is always shown.

import { startEngine } from "./engine.js";
import { MAX_SEED, fromSeed, move, truncate } from "./latents.js";
import { make, paint, paintSlopes } from "./paint.js";
import { asPython, copy, savePicture } from "./share.js";
import { History, REACH, fresh, fromHash, toHash } from "./state.js";

const REST = 180; // ms without a movement, after which what need not follow a drag is drawn

// root: holds explore.html. models: [{id, name, url, path, classes}]. judge: the address of the classifier.
// server: Python's functions, for browsers that cannot draw; or null.
export async function mount(root, { models, judge, server }) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const page = find(".explore");
  let state = fromHash(location.hash, models);
  const history = new History(state);
  const known = {}; // of models by id: {config, directions, survey}
  let engine;
  let model; // what is known of the one that is shown
  let picture; // as it was last drawn
  let base; // the z of the seed, truncated and moved along the directions
  let busy = false;
  let stale = false;
  let resting;

  // --- Drawing ---------------------------------------------------------------------------------

  function place() {
    const { seed, truncation, shifts, edits } = state;
    const { directions, config } = model;
    const start = truncate(fromSeed(seed, config.z_dim), truncation);
    base = move(start, directions, directions.map((_, i) => shifts[i] ?? 0), {});
    return move(base, [], [], edits);
  }

  async function draw() {
    stale = true;
    page.setAttribute("aria-busy", "true"); // until all that follows from this is drawn
    if (busy) return;
    busy = true;
    while (stale) {
      stale = false;
      const { id } = models[state.model];
      try {
        const answer = await engine.draw({ model: id, z: place(), digit: state.digit, look: find(".look").checked });
        if (models[state.model].id === id) show(answer);
        find(".error").textContent = "";
      } catch (error) {
        find(".error").textContent = `The picture cannot follow: ${error.message}`;
      }
    }
    busy = false;
    clearTimeout(resting);
    resting = setTimeout(rest, REST);
  }

  function show(answer) {
    picture = answer.picture;
    paint(find(".picture"), picture);
    find(".gaze").hidden = !answer.slopes;
    if (answer.slopes) paintSlopes(find(".gaze"), answer.slopes);
    if (answer.hand) {
      const size = picture.length;
      all(".hand canvas").forEach((canvas, i) => paint(canvas, answer.hand.subarray(i * size, (i + 1) * size)));
    }
    judgement(answer.logit);
    reading(answer.probabilities);
  }

  // D's logit among those of real digits: a bare one says nothing.
  function judgement(logit) {
    const { percentiles } = model;
    if (logit === null || !percentiles) {
      find(".words").textContent = "The discriminator has no word on this one.";
      return;
    }
    const { classes } = model.config;
    const real = percentiles.subarray(classes ? 101 * state.digit : 0).subarray(0, 101);
    const above = real.filter((value) => value < logit).length;
    const share = Math.min(above, 100);
    find(".words").textContent = `The discriminator finds this more real than ${share} of 100 real ${classes ? `${state.digit}s` : "digits"}.`;
    find(".meter i").style.transform = `scaleX(${share / 100})`;
  }

  function reading(probabilities) {
    find(".bars").hidden = !probabilities;
    if (!probabilities) return;
    const top = probabilities.indexOf(Math.max(...probabilities));
    all(".bars i").forEach((bar, i) => {
      bar.style.transform = `scaleY(${probabilities[i]})`;
      bar.parentElement.classList.toggle("top", i === top);
    });
    const text = `the classifier reads ${top}, with ${Math.round(100 * probabilities[top])} %`;
    find(".picture").setAttribute("aria-label", `A forged ${model.config.classes ? state.digit : "digit"}; ${text}`);
    find(".bars").setAttribute("aria-label", text);
  }

  // What need not follow a drag: the pictures at the sliders' ends, the raw axes, the address.
  async function rest() {
    const seen = toHash(state, models);
    history.keep(state);
    find(".undo").disabled = !history.canUndo;
    find(".redo").disabled = !history.canRedo;
    window.history.replaceState(window.history.state, "", seen);
    all(".axes input").forEach((input, i) => {
      if (input !== document.activeElement) input.value = base[i] + (state.edits[i] ?? 0);
    });
    const { directions, config } = model;
    const z = place();
    const ends = new Float32Array(2 * directions.length * z.length);
    directions.forEach((direction, i) => {
      const centred = move(z, [direction], [-(state.shifts[i] ?? 0)], {});
      ends.set(move(centred, [direction], [-REACH], {}), 2 * i * z.length);
      ends.set(move(centred, [direction], [REACH], {}), (2 * i + 1) * z.length);
    });
    const digits = new Array(2 * directions.length).fill(state.digit);
    try {
      const { pictures } = await engine.sheet({ model: models[state.model].id, z: ends, digits });
      if (busy || seen !== toHash(state, models)) return; // it has moved on
      const size = 784 * config.channels;
      all(".slider canvas").forEach((canvas, i) => paint(canvas, pictures.subarray(i * size, (i + 1) * size)));
    } catch (error) {
      find(".error").textContent = error.message;
    }
    page.setAttribute("aria-busy", "false");
  }

  // --- Controls --------------------------------------------------------------------------------

  const change = (part) => {
    Object.assign(state, part);
    draw();
  };

  function slider(parent, { name, effect }, i) {
    const row = make(parent, "div", { class: "slider" });
    const head = make(row, "span", { class: "head" });
    make(head, "b", {}, name);
    make(head, "span", { title: "from two standard deviations below to two above, on average" }, effect);
    const back = make(head, "button", { type: "button", class: "back", "aria-label": `Reset ${name}` }, "↺");
    make(row, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
    const input = make(row, "input", { type: "range", min: -REACH, max: REACH, step: 0.01, "aria-label": name });
    make(row, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
    const moveTo = (value) => {
      input.value = value;
      state.shifts[i] = Number(input.value);
      back.classList.toggle("off", !state.shifts[i]);
      draw();
    };
    input.addEventListener("input", () => moveTo(input.value));
    input.addEventListener("dblclick", () => moveTo(0));
    back.addEventListener("click", () => moveTo(0));
  }

  function axis(parent, i) {
    const label = make(parent, "label", {}, `z${i + 1}`);
    const input = make(label, "input", { type: "range", min: -REACH, max: REACH, step: 0.01 });
    input.addEventListener("input", () => {
      state.edits[i] = Number(input.value) - base[i];
      draw();
    });
  }

  function choice(parent, name, checked, choose) {
    const label = make(parent, "label", { class: "choice" });
    const input = make(label, "input", { type: "radio", name });
    input.checked = checked;
    input.addEventListener("change", choose);
    return make(label, "span");
  }

  // The controls of the model that is chosen, at the state's values.
  async function setUp() {
    const { id, name, url } = models[state.model];
    page.setAttribute("aria-busy", "true");
    try {
      known[id] ??= read(await engine.load(id, url));
    } catch (error) {
      find(".error").textContent = `${name} cannot be loaded: ${error.message}`;
      return;
    }
    if (models[state.model].id !== id) return; // another was chosen meanwhile
    model = known[id];
    const { classes, z_dim } = model.config;
    find(".hand").hidden = !classes;
    find(".hand").replaceChildren();
    for (let digit = 0; digit < classes; digit++) {
      const span = choice(find(".hand"), "digit", digit === state.digit, () => change({ digit }));
      make(span, "canvas", { width: 56, height: 56, class: "ink", role: "img", "aria-label": String(digit) });
    }
    find(".sliders").replaceChildren();
    model.survey.forEach((named, i) => slider(find(".sliders"), named, i));
    find(".axes").replaceChildren();
    for (let i = 0; i < z_dim; i++) axis(find(".axes"), i);
    synchronise();
    draw();
  }

  function read({ config, about, survey }) {
    const { directions, logits } = survey;
    const [count, size] = directions.shape;
    return {
      config,
      about,
      survey: survey.names,
      directions: [...Array(count).keys()].map((i) => directions.values.subarray(i * size, (i + 1) * size)),
      percentiles: logits.values.length ? logits.values : null,
    };
  }

  // All controls at the state's values.
  function synchronise() {
    find(".seed").value = state.seed;
    find(".truncation").value = state.truncation;
    all(".models input").forEach((input, i) => (input.checked = i === state.model));
    all(".hand input").forEach((input, digit) => (input.checked = digit === state.digit));
    all(".slider").forEach((row, i) => {
      row.querySelector("input").value = state.shifts[i] ?? 0;
      row.querySelector(".back").classList.toggle("off", !state.shifts[i]);
    });
  }

  function become(next) {
    if (!next) return;
    const other = next.model !== state.model;
    state = next;
    if (other) return setUp();
    synchronise();
    draw();
  }

  function listen() {
    find(".seed").addEventListener("input", ({ target }) => {
      const seed = Number(target.value);
      if (target.value !== "" && Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) change({ seed });
      else find(".error").textContent = `A seed is a whole number from 0 to ${MAX_SEED}.`;
    });
    find(".truncation").addEventListener("input", ({ target }) => change({ truncation: Number(target.value) }));
    find(".look").addEventListener("change", draw);
    find(".surprise").addEventListener("click", () => become({ ...state, seed: Math.floor(Math.random() * 1e6), shifts: {}, edits: {} }));
    find(".reset").addEventListener("click", () => become({ ...state, shifts: {}, edits: {} }));
    find(".undo").addEventListener("click", () => become(history.go(-1)));
    find(".redo").addEventListener("click", () => become(history.go(1)));
    root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      become(history.go(event.shiftKey ? 1 : -1));
    });
    window.addEventListener("hashchange", () => become(fromHash(location.hash, models)));
    const done = (text) => (find(".done").textContent = text);
    find(".link").addEventListener("click", async () => {
      await copy(new URL(toHash(state, models), location.href).href);
      done("The link is copied.");
    });
    find(".python").addEventListener("click", async () => {
      await copy(asPython(state, { ...models[state.model], classes: model.config.classes }));
      done("The program is copied.");
    });
    find(".png").addEventListener("click", () => {
      const size = Number(find(".size").value);
      if (!(Number.isInteger(size) && size >= 28 && size <= 4096)) return done("A PNG has 28 to 4096 pixels.");
      savePicture(picture, size, `forger-${state.seed}.png`);
      done("The picture is saved.");
    });
  }

  models.forEach(({ name }, i) => {
    choice(find(".models"), "model", i === state.model, () => become({ ...state, model: i, shifts: {}, edits: {} })).textContent = name;
  });
  find(".models").hidden = models.length < 2;
  for (let digit = 0; digit < 10; digit++) make(make(find(".bars"), "span", {}, String(digit)), "i");
  const started = await startEngine(judge, server);
  engine = started.engine;
  if (!started.isLocal) find(".note").textContent = "This browser cannot run the networks; the server draws for it.";
  listen();
  await setUp();
}
