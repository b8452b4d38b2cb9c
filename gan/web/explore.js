// The Explore tab. `element` is the component's element, `server` has the Python functions draw and
// ends, `props.models` says what there is to explore: [{name, classes, directions, axes}].
//
// One request is under way at a time. What moves meanwhile is sent, once, when the answer is there:
// the picture follows as fast as answers come, nothing queues up, and the last value is always shown.

const find = (selector) => element.querySelector(selector);
const models = props.models;
const state = { model: 0, seed: 7, digit: 3, truncation: 1, shifts: [], edits: [] };
let z = []; // as the server last placed it, before the edits of single axes
let busy = false;
let stale = false;
let settled = null;
let moves = 0;

function make(parent, tag, attributes = {}, text = "") {
  const child = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value);
  child.textContent = text;
  parent.appendChild(child);
  return child;
}

// --- Drawing -----------------------------------------------------------------------------------

function paint(canvas, pixels) {
  const small = new OffscreenCanvas(28, 28);
  const image = new ImageData(28, 28);
  for (let i = 0; i < 784; i++) {
    image.data.fill(pixels[i], 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  small.getContext("2d").putImageData(image, 0, 0);
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

const decode = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function judge(verdict) {
  const kind = models[state.model].classes ? `${state.digit}s` : "digits";
  const words = verdict === null
    ? "The discriminator has no word on this one."
    : `The discriminator finds this more real than ${Math.round(100 * verdict)} of 100 real ${kind}.`;
  find(".words").textContent = words;
  find(".meter i").style.width = `${100 * (verdict ?? 0)}%`;
}

function describe() {
  const digit = models[state.model].classes ? `the digit ${state.digit}` : "a digit";
  find(".picture").setAttribute("aria-label", `Generated picture of ${digit}, seed ${state.seed}`);
}

async function ask(name) {
  const answer = await server[name]({ ...state, model: models[state.model].name });
  if (answer.error) find(".error").textContent = answer.error;
  return answer;
}

async function draw() {
  stale = true;
  moves++;
  find(".explore").setAttribute("aria-busy", "true"); // until all that follows from this is drawn
  if (busy) return;
  busy = true;
  try {
    while (stale) {
      stale = false;
      find(".error").textContent = "";
      const answer = await ask("draw");
      if (answer.error) continue;
      paint(find(".picture"), decode(answer.pixels));
      judge(answer.verdict);
      z = answer.z;
    }
  } catch (error) {
    find(".error").textContent = "The server does not answer; the picture follows again when it does.";
  }
  busy = false;
  describe();
  clearTimeout(settled);
  settled = setTimeout(settle, 250);
}

// What need not follow the drag: the pictures at the sliders' ends, and the raw axes.
async function settle() {
  const seen = moves;
  const answer = await ask("ends").catch(() => ({ error: "" }));
  if (moves !== seen) return;
  find(".explore").setAttribute("aria-busy", "false");
  if (answer.error !== undefined) return;
  const pixels = decode(answer.pixels);
  element.querySelectorAll(".slider canvas").forEach((canvas, i) => paint(canvas, pixels.subarray(784 * i, 784 * (i + 1))));
  element.querySelectorAll(".axes input").forEach((input, i) => {
    if (input !== document.activeElement) input.value = z[i] + state.edits[i];
  });
}

// --- Controls ----------------------------------------------------------------------------------

function choices(parent, name, labels, chosen, choose) {
  parent.replaceChildren();
  labels.forEach((text, i) => {
    const label = make(parent, "label", { class: "choice" });
    const input = make(label, "input", { type: "radio", name });
    make(label, "span", {}, text);
    input.checked = i === chosen;
    input.addEventListener("change", () => choose(i));
  });
}

function reset() {
  const model = models[state.model];
  state.shifts = new Array(model.directions).fill(0);
  state.edits = new Array(model.axes).fill(0);
  element.querySelectorAll(".slider input").forEach((input) => (input.value = 0));
}

function slider(parent, i) {
  const row = make(parent, "div", { class: "slider" });
  make(row, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
  const input = make(row, "input", { type: "range", min: -props.reach, max: props.reach, step: 0.01, "aria-label": `Direction ${i + 1}` });
  make(row, "canvas", { width: 56, height: 56, class: "ink", "aria-hidden": "true" });
  input.addEventListener("input", () => {
    state.shifts[i] = Number(input.value);
    draw();
  });
  input.addEventListener("dblclick", () => {
    input.value = state.shifts[i] = 0;
    draw();
  });
}

function axis(parent, i) {
  const label = make(parent, "label", {}, `z${i + 1}`);
  const input = make(label, "input", { type: "range", min: -props.reach, max: props.reach, step: 0.01 });
  input.addEventListener("input", () => {
    state.edits[i] = Number(input.value) - z[i];
    draw();
  });
}

function setUp() {
  const model = models[state.model];
  choices(find(".models"), "model", models.map((m) => m.name), state.model, (i) => {
    state.model = i;
    setUp();
  });
  find(".models").hidden = models.length < 2;
  find(".digits").hidden = !model.classes;
  if (model.classes) state.digit = Math.min(state.digit, model.classes - 1);
  choices(find(".digits"), "digit", [...Array(model.classes).keys()].map(String), state.digit, (i) => {
    state.digit = i;
    draw();
  });
  find(".sliders").replaceChildren();
  for (let i = 0; i < model.directions; i++) slider(find(".sliders"), i);
  find(".axes").replaceChildren();
  for (let i = 0; i < model.axes; i++) axis(find(".axes"), i);
  z = new Array(model.axes).fill(0);
  reset();
  draw();
}

function setSeed(seed) {
  state.seed = seed;
  find(".seed").value = seed;
  draw();
}

find(".seed").value = state.seed;
find(".truncation").value = state.truncation;
find(".seed").addEventListener("input", (event) => {
  const seed = Number(event.target.value);
  if (event.target.value !== "" && Number.isInteger(seed) && seed >= 0 && seed <= 2147483647) {
    state.seed = seed;
    draw();
  } else {
    find(".error").textContent = "A seed is a whole number from 0 to 2147483647.";
  }
});
find(".truncation").addEventListener("input", (event) => {
  state.truncation = Number(event.target.value);
  draw();
});
find(".surprise").addEventListener("click", () => {
  reset();
  setSeed(Math.floor(Math.random() * 1e6));
});
find(".reset").addEventListener("click", () => {
  reset();
  draw();
});
setUp();
