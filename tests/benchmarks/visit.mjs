// What a visitor of the exported page does, step by step. browsers.py puts this script into the page of each browser. A
// step gives a few words on what was seen, or throws an error that says what is wrong.

const PATIENCE = 600_000; // ms that a condition may take, on a machine that others use too
const DRAG_FRAMES = 60;

const find = (selector) => {
  const found = document.querySelector(selector);
  if (!found) throw new Error(`there is no ${selector}`);
  return found;
};

/** The element of a kind that says so. */
const named = (selector, words) => {
  const found = [...document.querySelectorAll(selector)].find(({ textContent }) =>
    textContent.includes(words),
  );
  if (!found) throw new Error(`there is no ${selector} with "${words}"`);
  return found;
};

const frame = () => new Promise(requestAnimationFrame);
const seconds = (count) => new Promise((resolve) => setTimeout(resolve, 1000 * count));

async function until(what, condition, patience = PATIENCE) {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}; ${status()}`);
    await seconds(0.05);
  }
}

const picture = () => find(".explore .picture").toDataURL();
const isSettled = () => document.querySelector(".explore")?.getAttribute("aria-busy") === "false";
const settled = () => until("Explore is drawn", isSettled);

function slide(input, value) {
  input.value = String(value);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

const status = () => document.querySelector(".in-page .status")?.textContent ?? "Train is not open";
const stepOf = (text) => Number(/step ([\d,]+)/.exec(text)?.[1].replaceAll(",", "") ?? 0);
/** Until the browser keeps the run as it is at this step. */
async function kept(step) {
  const start = document.querySelector('script[src$="shell/start.js"]').src;
  const { RunStore } = await import(new URL("../training/store.js", start));
  const { key } = JSON.parse(localStorage.getItem("forger-run"));
  const end = performance.now() + PATIENCE;
  while ((await new RunStore().find(key))?.run.state.step !== step) {
    if (performance.now() > end) throw new Error(`the run is not kept at step ${step}`);
    await seconds(0.2);
  }
}

const train = (selector) => find(`.in-page ${selector}`);

/** Where points of an element are in the window; they are shares of its size. */
function pointsOn(selector, points) {
  const element = find(selector);
  element.scrollIntoView({ block: "center" });
  const { left, top, width, height } = element.getBoundingClientRect();
  return points.map(([x, y]) => [left + x * width, top + y * height]);
}

async function bytesOf(blob) {
  const numbers = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let i = 0; i < numbers.length; i += 8192)
    text += String.fromCharCode(...numbers.subarray(i, i + 8192));
  return btoa(text);
}

const wrong = [];
addEventListener("error", ({ message }) => wrong.push(message));
addEventListener("unhandledrejection", ({ reason }) => wrong.push(String(reason)));

globalThis.visit = {
  pointsOn,

  /** Errors that nobody has caught, and those that the page shows. */
  troubles: () => [
    ...wrong.splice(0),
    ...[...document.querySelectorAll(".error")].map(({ textContent }) => textContent).filter(Boolean),
  ],

  async explore() {
    await settled();
    return find(".explore .words").textContent.trim();
  },

  /** Whether the page needs no connection from now on. */
  async kept() {
    if (!navigator.serviceWorker) return false;
    const isKept = () => navigator.serviceWorker.controller?.state === "activated";
    await until("a service worker", isKept, 30_000).catch(() => null);
    return isKept();
  },

  async drag() {
    named(".views label", "Sliders").click();
    const input = find(".sliders input[type=range]");
    const seen = new Set([picture()]);
    const began = performance.now();
    for (let i = 0; i < DRAG_FRAMES; i++) {
      slide(input, Number(input.min) + ((input.max - input.min) * i) / DRAG_FRAMES);
      await frame();
      seen.add(picture());
    }
    if (seen.size < 10) throw new Error(`only ${seen.size} pictures in ${DRAG_FRAMES} frames`);
    return `${seen.size} pictures in ${((performance.now() - began) / 1000).toFixed(1)} s`;
  },

  async map() {
    named(".views label", "Map").click();
    const chart = find(".chart-of-z");
    const ink = () => {
      const { data } = chart.getContext("2d").getImageData(0, 0, chart.width, chart.height);
      return data.filter((alpha, i) => i % 4 === 3 && alpha > 30).length;
    };
    await until("the chart is drawn", () => chart.width > 0 && ink() > 10_000);
    await settled();
    globalThis.before = picture();
    return `${ink()} pixels`;
  },

  async mapMoved() {
    await settled();
    await until("a click on the map moves", () => picture() !== globalThis.before);
    return `seed ${find(".seed").value}`;
  },

  async morph() {
    named(".views label", "Morph").click();
    const play = find(".morph-panel .play");
    if (play.textContent === "Play") play.click();
    const at = find(".morph-panel .scrub");
    await until("it plays", () => Number(at.value) > 0.02);
    const moved = picture();
    await until("its picture changes", () => picture() !== moved);
    if (play.textContent === "Pause") play.click();
    await settled();
    return `at ${at.value}`;
  },

  async draw() {
    named(".views label", "Draw").click();
    await settled();
    find(".stranger").click();
    await until("a stranger's digit is forged", () => /misses|can be had/.test(find(".verdict").textContent));
    const words = find(".verdict").textContent; // without a connection there may be none
    const clear = find(".draw-panel .clear");
    if (!clear.disabled) clear.click();
    return words;
  },

  async drawn() {
    await until("the drawing is forged", () => find(".verdict").textContent.includes("misses"));
    await settled();
    return find(".verdict").textContent.trim();
  },

  async link() {
    named(".views label", "Sliders").click();
    slide(find(".sliders input[type=range]"), 1);
    await settled();
    await until("the address knows", () => location.hash.includes("move="));
    return { url: location.href, picture: picture() };
  },

  async isSame(wanted) {
    await settled();
    if (picture() !== wanted) throw new Error("the link opens another picture");
    return "the same picture";
  },

  async start() {
    named("[role=tab]", "Train").click();
    await until("Train is open", () => document.querySelector(".in-page .go") && !train(".go").disabled);
    train(".go").click();
    await until("it trains", () => stepOf(status()) > 0);
    return status();
  },

  async trains() {
    await seconds(30);
    await until("it is diagnosed", () => train(".health").dataset.name === "healthy");
    return `${status()}; ${train(".health-text").textContent}`;
  },

  /** Pauses the run, and gives its step once the browser has kept it. */
  async pause() {
    if (train(".go").textContent === "Pause") train(".go").click();
    await until("it pauses", () => status().startsWith("Paused"));
    const step = stepOf(status());
    await kept(step);
    return step;
  },

  async found(before) {
    named("[role=tab]", "Train").click();
    await until("Train is open", () => document.querySelector(".in-page .go"));
    await until(`the run is found again at step ${before}`, () => stepOf(status()) === before);
    return status();
  },

  async rewind() {
    const wall = () => train(".wall").toDataURL();
    const [now, scrub] = [wall(), train(".timeline .scrub")];
    await until("its past is there", () => Number(scrub.max) > 2);
    slide(scrub, Math.floor(scrub.max / 2));
    await until("the past is shown", () => wall() !== now);
    return `frame ${scrub.value} of ${scrub.max}`;
  },

  async branch() {
    const before = stepOf(status());
    const words = train(".back").textContent;
    train(".back").click();
    await until("it goes on from there", () => status().startsWith("Training") && stepOf(status()) < before);
    const from = stepOf(status());
    await until("it trains", () => stepOf(status()) > from + 20);
    return words;
  },

  async save() {
    const click = HTMLAnchorElement.prototype.click;
    const blob = new Promise((resolve, reject) => {
      HTMLAnchorElement.prototype.click = function () {
        if (this.download) resolve(fetch(this.href).then((file) => file.blob()));
        else click.call(this);
      };
      setTimeout(() => reject(new Error("no file comes")), PATIENCE);
    });
    try {
      train(".file[data-file=model]").dispatchEvent(
        new MouseEvent("click", { bubbles: true, cancelable: true }),
      );
      return await bytesOf(await blob);
    } finally {
      HTMLAnchorElement.prototype.click = click;
    }
  },

  async breakIt() {
    train(".lab").open = true;
    const button = train(".failure[data-failure=frozen] button");
    button.click();
    if (button.textContent.includes("?")) button.click();
    await until(
      "the failure is named",
      () => train(".health").dataset.name === "ill" && !train(".mend").hidden,
    );
    return train(".health-text").textContent;
  },

  async repair() {
    if (train(".mend").hidden) throw new Error(`there is nothing to repair: ${train(".health-text").textContent}`);
    train(".mend").click();
    await until("it is healthy again", () => train(".health").dataset.name === "healthy");
    return train(".health-text").textContent;
  },
};
