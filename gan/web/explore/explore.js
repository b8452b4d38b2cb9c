// The Explore page. `mount` brings explore.html to life.
//
// One drawing is under way at a time. What moves meanwhile is drawn, once, when the answer is there:
// the picture follows as fast as answers come, nothing queues up, and the last value is always shown.

import { startEngine } from "../engine/engine.js";
import { MAX_SEED, fromSeed, move, truncate } from "../engine/latents.js";
import { createMap } from "../map/map.js";
import { createMorph } from "../morph/morph.js";
import { momentIn } from "../shared/moments.js";
import { createOpening } from "./upload.js";
import { createOpinions } from "./opinions.js";
import { createOriginals } from "./nearest.js";
import { createPad } from "../draw/pad.js";
import { choice, make, paint, paintSlopes } from "../shared/paint.js";
import { createShare } from "./share.js";
import { createSliders } from "./sliders.js";
import { History, SOURCES, VIEWS, credited, fromHash, inModel, toHash } from "../shared/state.js";

const REST = 180; // ms without a movement, after which what need not follow a drag is drawn
const OVER = "That run is over, and its networks are gone.";
const REMOTE =
  "The networks of a run, or of a file, are drawn in the page, and this browser cannot run them.";
const PANELS = {
  sliders: ["Sliders", "drag a slider slowly from end to end, and watch the handwriting change."],
  map: ["Map", "drag over the map. The wheel or two fingers zoom, Shift and a drag shift it."],
  morph: ["Morph", "drag the digits into another order, or click one to stop there."],
  draw: ["Draw", "draw a digit. Several searches look for the forgery that comes nearest."],
};

// root: holds explore.html. models: [{id, name, url, path, classes}]. judge: the address of the classifier.
// server: Python's functions; or null, and `digits` is the folder of MNIST's files. opening: whom to ask to open a
// model of the visitor's own, if there is anyone.
export async function mount(root, { models, judge, server, digits, opening }) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const linked = server && momentIn(location.hash, (path) => new URL(`live/${path}`, document.baseURI));
  if (linked) models.push(linked);
  let state = fromHash(location.hash, models);
  const history = new History(state);
  const known = {}; // of models, by id
  let model; // what is known of the one that is shown
  let engine;
  let isLocal = false; // the engine runs in this page
  let picture; // as it was last drawn
  let busy = false;
  let stale = false;
  let resting;
  let open; // the view whose panel was last brought up to date

  // What the panels work with.
  const page = {
    get state() {
      return state;
    },
    get model() {
      return model;
    },
    // As it was known before it was loaded.
    get described() {
      return models[state.model];
    },
    get id() {
      return models[state.model].id;
    },
    // Of a run that trains, or the visitor's own: the server does not know it by name.
    get isLive() {
      return Boolean(models[state.model].isLive);
    },
    // The latter: no other page has it.
    get isOwn() {
      return Boolean(models[state.model].isOwn);
    },
    get engine() {
      return engine;
    },
    get picture() {
      return picture;
    },
    // The z of the seed, truncated and moved along the directions; and with the axes edited too.
    unedited(place = state) {
      const { seed, truncation, shifts } = place;
      const { z_dim, latent_classes } = model.config;
      const start = truncate(fromSeed(seed, z_dim), truncation, latent_classes);
      return move(
        start,
        model.directions,
        model.directions.map((_, i) => shifts[i] ?? 0),
        {},
      );
    },
    z: () => page.zOf(state),
    zOf: (place) => move(page.unedited(place), [], [], place.edits),
    placesOf: (places) => places.map((place) => ({ z: page.zOf(place), digit: place.digit })),
    hash: () => toHash(state, models),
    // Pictures at many z of one digit.
    async sheet(z, digit) {
      const digits = new Array(z.length / model.config.z_dim).fill(digit);
      return (await engine.sheet({ model: page.id, z, digits })).pictures;
    },
    // Than how many of 100 real ones (of the digit) D finds a picture of this logit more real.
    share(logit, digit = state.digit) {
      const real = model.percentiles.subarray(model.config.classes ? 101 * digit : 0).subarray(0, 101);
      return Math.min(100, real.filter((value) => value < logit).length);
    },
    change(part) {
      state = credited({ ...state, ...part });
      followState();
      draw();
    },
    show,
    become: (part) => become({ ...state, ...part }),
    isOpen: (view) => state.view === view,
    complain: (error) => (find(".error").textContent = error.message),
  };
  const panels = {
    sliders: createSliders(find(".sliders-panel"), page),
    map: createMap(find(".map-panel"), page),
    morph: createMorph(find(".morph-panel"), page),
    draw: createPad(find(".draw-panel"), page, { server, digits }),
  };
  const panel = () => panels[state.view];
  const say = createOpinions(root, page);
  const hush = createShare(root, page);
  const updateOriginals = createOriginals(root, page, { server, digits });

  // --- Drawing ---------------------------------------------------------------------------------

  async function draw() {
    stale = true;
    find(".explore").setAttribute("aria-busy", "true"); // until all that follows from this is drawn
    if (busy) return;
    busy = true;
    while (stale) {
      stale = false;
      const { id } = page;
      try {
        const asked = { model: id, z: page.z(), digit: state.digit, look: find(".look").checked };
        const answer = await (panel().draw ? panel().draw() : engine.draw(asked));
        if (page.id === id) show(answer);
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
      all(".hand canvas").forEach((canvas, i) =>
        paint(canvas, answer.hand.subarray(i * size, (i + 1) * size)),
      );
    }
    say(answer);
  }

  // What need not follow a drag: the address, undo, and what the open panel adds.
  async function rest() {
    const seen = page.hash();
    history.keep(state);
    find(".undo").disabled = !history.canUndo;
    find(".redo").disabled = !history.canRedo;
    const address = page.isOwn ? "" : seen; // it would lead to another model
    window.history.replaceState(window.history.state, "", location.pathname + location.search + address);
    try {
      const finish = await panel().rest();
      await updateOriginals(picture, model.about.dataset === "mnist");
      if (busy || seen !== page.hash()) return; // it has moved on
      finish?.();
    } catch (error) {
      find(".error").textContent = error.message;
    }
    find(".explore").setAttribute("aria-busy", "false");
  }

  // --- Controls --------------------------------------------------------------------------------

  // The controls of the model that is chosen, at the state's values.
  async function setUp() {
    const { id, name, url } = models[state.model];
    find(".explore").setAttribute("aria-busy", "true");
    try {
      known[id] ??= read(await engine.load(id, url));
    } catch (error) {
      if (!models[state.model].isLive)
        return page.complain(new Error(`${name} cannot be loaded: ${error.message}`));
      find(".note").textContent = `${isLocal ? OVER : REMOTE} This is a model that ships.`;
      return become({ ...state, model: 0, shifts: {}, edits: {} });
    }
    if (page.id !== id) return; // another was chosen meanwhile
    model = known[id];
    for (const each of Object.values(panels)) each.setUp();
    listDigits();
    synchronise();
    draw();
  }

  function listDigits() {
    const { classes } = models[state.model];
    find(".hand").hidden = !classes;
    find(".hand").replaceChildren();
    for (let digit = 0; digit < classes; digit++) {
      const span = choice(find(".hand"), "digit", digit === state.digit, () => page.change({ digit }));
      make(span, "canvas", { width: 56, height: 56, class: "ink", role: "img", "aria-label": String(digit) });
    }
  }

  function read({ config, about, survey }) {
    const { directions, logits, ...rest } = survey;
    const [count, size] = directions.shape;
    return {
      ...rest,
      config,
      about,
      directions: [...Array(count).keys()].map((i) => directions.values.subarray(i * size, (i + 1) * size)),
      percentiles: logits.values.length ? logits.values : null,
    };
  }

  // The controls that several others move.
  function followState() {
    const { seed, source, digit } = state;
    find(".seed").placeholder = source && SOURCES[source].seed;
    if (find(".seed") !== document.activeElement) find(".seed").value = source ? "" : seed;
    all(".hand input").forEach((input, i) => (input.checked = i === digit));
  }

  // What can be seen of the state before its model is there.
  function followView() {
    find(".explore").dataset.view = state.view;
    find(".explore").classList.toggle("follows", Boolean(models[state.model].follows));
    all(".models input").forEach((input, i) => (input.checked = i === state.model));
    all(".views input").forEach((input, i) => (input.checked = VIEWS[i] === state.view));
    for (const view of VIEWS) find(`.${view}-panel`).hidden = view !== state.view;
    find(".try").textContent = PANELS[state.view][1];
    followState();
  }

  // All controls at the state's values.
  function synchronise() {
    followView();
    panel().synchronise(open !== state.view);
    open = state.view;
  }

  function offer({ name }, i) {
    choice(find(".models"), "model", false, () => become(inModel(state, i, models))).textContent = name;
    find(".models").hidden = models.length < 2;
  }

  // A moment of a run, from the Train page; or a model of the visitor's own.
  window.addEventListener("forger:explore", ({ detail }) => {
    let i = models.findIndex(({ id }) => id === detail.id);
    if (i < 0) i = models.push(detail) - 1;
    if (detail.follows) delete known[detail.id]; // it has learned since it was looked at last
    models[i] = detail;
    if (i === all(".models input").length) offer(detail, i);
    become({ ...inModel(state, i, models), view: "sliders" });
  });

  // Newer weights of a run that trains: the same sliders, on a generator that has learned since.
  window.addEventListener("forger:weights", async ({ detail: { id, url, name } }) => {
    const i = models.findIndex((model) => model.id === id);
    if (i < 0 || page.id !== id || !known[id] || !root.offsetParent) return;
    try {
      await engine.load(id, url);
      all(".models span")[i].textContent = name;
      if (page.id === id) draw();
    } catch (error) {
      page.complain(error);
    }
  });

  function become(next) {
    if (!next) return;
    const other = next.model !== state.model;
    if (next.view !== state.view) hush();
    state = credited(next);
    if (!engine || !(model || other)) return followView(); // what is being loaded will bring the rest
    if (other) return setUp();
    synchronise();
    draw();
  }

  function listen() {
    find(".seed").addEventListener("input", ({ target }) => {
      const seed = Number(target.value);
      if (target.value !== "" && Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED)
        page.change(state.source ? { seed, edits: {} } : { seed });
      else page.complain({ message: `A seed is a whole number from 0 to ${MAX_SEED}.` });
    });
    for (const box of [".look", ".copies"]) find(box).addEventListener("change", draw);
    find(".surprise").addEventListener("click", () =>
      become({ ...state, seed: Math.floor(Math.random() * 1e6), shifts: {}, edits: {} }),
    );
    find(".reset").addEventListener("click", () =>
      become({ ...state, shifts: {}, edits: state.source ? state.edits : {} }),
    );
    find(".undo").addEventListener("click", () => become(history.go(-1)));
    find(".redo").addEventListener("click", () => become(history.go(1)));
    root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      become(history.go(event.shiftKey ? 1 : -1));
    });
    window.addEventListener("hashchange", () => become(fromHash(location.hash, models)));
  }

  models.forEach(offer);
  for (const view of VIEWS)
    choice(find(".views"), "view", false, () => become({ ...state, view })).textContent = PANELS[view][0];
  listDigits();
  followView();
  const control = opening && createOpening(root, find(".which"), opening, page.complain);
  const started = await startEngine(judge, server);
  ({ engine, isLocal } = started);
  if (!isLocal) {
    find(".note").textContent = "This browser cannot run the networks; the server draws for it.";
    control?.remove();
  }
  listen();
  await setUp();
}
