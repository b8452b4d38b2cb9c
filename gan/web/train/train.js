// The Train page. `mount` brings train.html to life: it starts a run on the server, gives it orders, and
// asks some times a second for what is new.

import { createCharts } from "./charts.js";
import { createDuel } from "./duel.js";
import { createKnobs } from "./controls.js";
import { isRun } from "../shared/moments.js";
import { make } from "../shared/paint.js";
import { createPast } from "./past.js";
import { createRace } from "./race.js";
import { SAID, copyOrShow } from "../shared/files.js";
import { pace as paceOf, tell } from "./status.js";
import { recall, remember } from "../shared/storage.js";
import { readTensors } from "../engine/tensors.js";
import { createWall } from "./wall.js";

const POLL = 250; // ms between two questions
const SLOW = 1700; // ms for each half-step of slow motion
const RETRY = 1000; // ms until what did not come is asked for again
const STORE = "forger-run";
const WORDS = { compiling: "Getting ready …", running: "Training", paused: "Paused", stopped: "Stopped", failed: "It broke" };
const HALVES = {
  D: "D looks at real digits and at fakes, and learns to tell them apart. G holds still.",
  G: "G sees what D made of its fakes, and learns to be believed. D holds still.",
};

const number = (value) => Math.round(value).toLocaleString("en");

// ranges: of what can be moved; failures: of the lab (gan/live/failures.py), by name.
export function mount(root, { ranges, failures }) {
  const find = (selector) => root.querySelector(selector);
  const all = (selector) => [...root.querySelectorAll(selector)];
  const live = (path) => new URL(`live/${path}`, document.baseURI);
  let ticket = null; // {name, key}; of a run that is only watched, no key
  let seen = null; // the last snapshot
  let reals;
  let failing = null; // the name of the failure that was started
  let slowly; // the timer of slow motion

  const charts = createCharts(root);
  const duel = createDuel(find(".duel"));
  const { show } = createWall(root);
  const timeline = createPast(root, { live, name: () => ticket?.name, show, order });
  const knobs = createKnobs(find(".knobs .sliders"), ranges, (change) => order("set", { change }));
  const race = createRace(find(".race"), { live, post, begin: () => start(find(".recipe").value), complain: (error) => complain(error), seed: () => Number(find(".seed").value), digits: () => find(".digits").checked, reals: () => reals });
  const complain = (error) => (find(".error").textContent = error?.message ?? "");

  // --- Asking ----------------------------------------------------------------------------------

  // The answer to an order. Throws an Error with one line for the page: the server's own, or where a proxy answers in
  // its place (with a page of its own), or nobody, which.
  async function post(path, body) {
    const response = await fetch(live(path), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => {
      throw new Error("The server cannot be reached; try again.");
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok || !answer) throw new Error(answer?.error ?? `The server answers ${response.status}; try again in a minute.`);
    return answer;
  }

  async function order(name, options = {}) {
    try {
      await post("order", { ...ticket, order: name, ...options });
      complain();
    } catch (error) {
      complain(error);
    }
  }

  async function start(recipe, wish = "run") {
    try {
      if (ticket?.key && !over()) await order("stop");
      const seed = Number(find(".seed").value);
      ticket = await post("start", { recipe, seed, wish, digits: find(".digits").checked && !failures[recipe] });
      failing = failures[recipe] ? recipe : null;
      for (const card of all(".failure")) card.toggleAttribute("aria-current", card.dataset.failure === failing);
      if (find(".plate").getBoundingClientRect().top < 0) root.scrollIntoView({ block: "start" }); // where it happens
      remember(STORE, { ...ticket, failing });
      const address = new URL(location.href);
      if (address.searchParams.has("watch")) {
        address.searchParams.delete("watch"); // a run of one's own now
        address.searchParams.set("tab", "Train");
        history.replaceState(history.state, "", address);
      }
      seen = null;
      timeline.reset();
      complain();
      status({ status: "compiling" });
    } catch (error) {
      complain(error);
    }
  }

  const over = () => !seen || seen.status === "stopped";
  const isMine = () => Boolean(ticket?.key);

  // --- Looking ---------------------------------------------------------------------------------

  // Every POLL, while the tab can be seen, or Explore shows the networks of a run that trains.
  async function look() {
    const isWatched = root.offsetParent || document.querySelector(".explore.follows")?.offsetParent;
    if (ticket && isWatched && !document.hidden) {
      const isCutOff = !(await follow(ticket));
      find(".train").classList.toggle("cut-off", isCutOff); // the network is gone; the run is not
    }
    setTimeout(look, POLL);
  }

  // Asks once for what is new of a run. An answer that comes when another run was started meanwhile is dropped.
  // Returns whether there was an answer.
  async function follow(asked) {
    try {
      const response = await fetch(live(`watch/${asked.name}?after=${seen?.version ?? -1}`));
      if (!response.ok && response.status !== 404) return false;
      const isShort = response.headers.get("content-type").includes("json");
      const answer = await (isShort ? response.json() : response.arrayBuffer());
      if (asked !== ticket) return true;
      if (response.status === 404) forget();
      else if (isShort) pace(answer);
      else take(readTensors(answer));
      return true;
    } catch {
      return false;
    }
  }

  function forget() {
    ticket = null;
    remember(STORE, null);
    if (seen) seen.status = "stopped";
    status({ status: "stopped", message: "this run is over; start another" });
  }

  function pace(moved) {
    Object.assign(seen, moved);
    status(seen);
  }

  function take({ about, arrays }) {
    seen = { ...JSON.parse(about.about), arrays };
    status(seen);
    health(seen.diagnosis);
    charts.draw(seen);
    knobs.follow(seen.hyper);
    timeline.follow(seen);
    race.follow(seen);
    if (arrays.samples && !timeline.isBack) show(arrays.samples.values, `64 forgeries after ${number(seen.step)} steps; each keeps its place in latent space.`, seen.step);
    if (arrays.fakes && reals) duel.draw(arrays, reals);
  }

  function status({ status: name, step = 0, seconds = 0, images = 0, rate = 0, message, place }) {
    find(".train").dataset.status = name;
    const isTheirs = Boolean(ticket) && !isMine() && !over();
    const isSlow = find(".slow").checked;
    const isLive = name === "running" || name === "compiling";
    const facts = [...paceOf({ step, images, seconds }), `${number(rate)} digits/s`];
    const theirs = isTheirs ? ["somebody else’s run: you can watch it"] : [];
    const waits = place ? [`${place} ${place === 1 ? "run is" : "runs are"} before yours`] : [];
    const word = place ? "In line" : isSlow && name === "paused" ? "Slow motion" : WORDS[name];
    tell(root, word, [...theirs, ...waits, ...(step ? facts : []), ...(message ? [message] : [])]);
    find(".go").textContent = isTheirs ? "Start your own" : over() ? "Start" : isLive || isSlow ? "Pause" : "Go on";
    find(".go").disabled = !isTheirs && (name === "compiling" || (name === "failed" && !over()));
    find(".stop").disabled = over();
    find(".files").hidden = !ticket || !step;
    for (const link of all(".file")) if (ticket) link.href = live(`${link.dataset.file}/${ticket.name}`);
    for (const control of all(".step, .mend, .back, .slow, .knobs input")) control.disabled = isTheirs;
    if (isTheirs) find(".stop").disabled = true;
  }

  // --- In plain words --------------------------------------------------------------------------

  function health({ name, text, advice, change, since }) {
    const failure = failures[failing];
    const isBroken = !["warming_up", "healthy"].includes(name) || seen.status === "failed";
    find(".health").dataset.name = isBroken ? "ill" : name;
    const meanwhile = isBroken ? `${text} So since step ${number(since)}.` : text;
    find(".health-text").textContent = seen.status === "failed" ? seen.message : meanwhile;
    find(".health-advice").textContent = isBroken ? (failure ? `The repair: ${failure.repair_text}` : advice || "Go back, and try lower learning rates.") : "";
    find(".mend").hidden = !isBroken || !isMine() || !(failure || Object.keys(change).length || seen.states.length);
    find(".mend").textContent = failure?.anew || seen.status === "failed" ? "Go back and repair it" : "Do it";
  }

  function mend() {
    const failure = failures[failing];
    const level = { generator_lr: 5e-4, discriminator_lr: 5e-4 };
    failing = null;
    if (failure) return order("back", { step: seen.states[0], loss: failure.repaired_loss, change: failure.repair });
    const { change } = seen.diagnosis;
    if (seen.status === "failed" || !Object.keys(change).length) return order("back", { step: seen.states.at(-1), change: level });
    return order("set", { change });
  }

  // --- Controls --------------------------------------------------------------------------------

  function halfSteps() {
    clearInterval(slowly);
    if (!find(".slow").checked) {
      duel.light(null);
      return;
    }
    let network = "G";
    const half = () => {
      if (over() || !root.offsetParent) return;
      network = network === "D" ? "G" : "D";
      duel.light(network, HALVES[network]);
      order("step", { network });
    };
    if (seen?.status === "running") order("pause");
    else if (over()) start(find(".recipe").value, "step");
    slowly = setInterval(half, SLOW);
  }

  function listen() {
    find(".go").addEventListener("click", () => {
      const wasSlow = find(".slow").checked;
      find(".slow").checked = false;
      halfSteps();
      timeline.reset();
      if (over() || !isMine()) return start(find(".recipe").value);
      if (wasSlow) return status(seen); // it rests where it is
      return order(seen.status === "running" ? "pause" : "run");
    });
    for (const button of all(".step")) {
      button.addEventListener("click", () => {
        if (over()) return start(find(".recipe").value, "step");
        const { network } = button.dataset;
        if (HALVES[network]) duel.light(network, HALVES[network]);
        return order("step", { network });
      });
    }
    find(".stop").addEventListener("click", () => order("stop"));
    find(".slow").addEventListener("change", halfSteps);
    find(".mend").addEventListener("click", mend);
    find(".share").addEventListener("click", async () => {
      complain();
      const link = new URL(`?watch=${ticket.name}`, document.baseURI).href;
      if (!(await copyOrShow(link, find(".share"), complain))) return;
      find(".share").textContent = "The link is copied";
      setTimeout(() => (find(".share").textContent = "Copy a link to watch"), SAID);
    });
    for (const [name, { title, text }] of Object.entries(failures)) {
      const card = make(find(".failures"), "div", { class: "failure" });
      make(card, "b", {}, title);
      make(card, "p", {}, text);
      card.dataset.failure = name;
      make(card, "button", { type: "button" }, "Break it").addEventListener("click", () => start(name));
    }
  }

  // A reload finds the run again; a page that is closed for good need not keep it.
  function leave() {
    for (const run of [ticket, race.ticket]) {
      if (run?.key) navigator.sendBeacon(live("leave"), JSON.stringify({ name: run.name, key: run.key }));
    }
  }

  // The real digits, asked for until they come.
  async function hang() {
    while (!reals) {
      const response = await fetch(live("reals")).catch(() => null);
      const content = response?.ok ? await response.arrayBuffer().catch(() => null) : null;
      if (content) reals = new Uint8Array(content);
      else await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
    if (!seen) show(reals, "64 real digits: what the generator has to forge.");
    duel.draw(seen?.arrays.fakes ? seen.arrays : null, reals);
  }

  function begin() {
    listen();
    find(".go").disabled = false; // a press before there was anybody to hear it would be lost
    addEventListener("pagehide", leave);
    charts.draw(null);
    hang();
    const asked = new URLSearchParams(location.search).get("watch");
    const watched = isRun(asked) ? asked : null;
    if (asked !== null && !watched) complain({ message: "This link leads to no run; ask for it again, or start a run of your own." });
    const kept = recall(STORE);
    ticket = watched ? { name: watched } : isRun(kept?.name) ? { name: kept.name, key: kept.key } : null;
    failing = watched ? null : (kept?.failing ?? null);
    look();
  }

  return begin();
}
