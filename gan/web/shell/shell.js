/**
 * The page around Explore, Train and Learn, the same in the app and in an exported folder. What differs is who
 * answers: in the app a server does, and trains too; an exported page has a recorded run to watch.
 */

import { mount as mountExplore } from "../explore/explore.js";
import { mountInsideHere } from "../learn/inside/live.js";
import { mountLearn } from "../learn/learn.js";
import { fetchAhead } from "../shared/ahead.js";
import { refuseOtherDrops } from "../shared/drops.js";
import { embeddedIn } from "../shared/embedding.js";
import { createTabs, goToTab } from "../shared/tabs.js";
import { stepIn, tabIn, writeTab } from "./address.js";
import { embed, isolate } from "./embed.js";
import { mountMasthead } from "./masthead.js";
import { ownRunOf } from "./own_run.js";
import { mountTour } from "./tour.js";

/** @typedef {import("../shared/tabs.js").TabName} TabName */

/**
 * A model, as it is known before it is loaded.
 * @typedef {object} ModelEntry
 * @property {string} id Its name in links.
 * @property {string} name What visitors see.
 * @property {string} url The address of its file.
 * @property {string} path Its file as a Python program names it.
 * @property {number} classes How many digits it can be asked for; 0 if it cannot be asked.
 */

/**
 * A run that was recorded (gan/live/recorder.py).
 * @typedef {object} Recording
 * @property {string} url The address of its file.
 * @property {(ModelEntry & {step: number})[]} moments The steps whose networks are kept.
 */

/**
 * What is on the Train tab of an exported page.
 * @typedef {object} Practice
 * @property {() => Promise<void>} halt Ends a replay of the recorded run.
 * @property {number | null} step That of the recorded run which is looked at; null: another thing is.
 * @property {() => import("../train/run.js").Run | null} run Gives the run that the page trains.
 */

/**
 * What is on the Train tab of the app.
 * @typedef {Pick<Practice, "run">} Live
 */

/**
 * What Python says of the page (gan/ui/app.py, gan/web/static_site.py).
 * @typedef {object} PageOptions
 * @property {ModelEntry[]} models
 * @property {string} classifier The address of the digit classifier.
 * @property {Record<string, (asked: object) => Promise<object>>} [server] Python's functions, in the app.
 * @property {{url: string, bytes: number, tooLarge: string}} [opening] Who opens a visitor's model, in the app.
 * @property {import("../train/train.js").Description} training What Python says of runs.
 * @property {import("../train/hosts.js").Device} [device] What the server trains on, in the app.
 * @property {string[]} [datasets] What runs on the server may learn from, in the app.
 * @property {string} data The folder of the data sets' folders (engine/data_files.js).
 * @property {string} features The address of what Fréchet distances are measured against.
 * @property {Recording} [recording] In an exported page.
 * @property {string} [meanwhile] The address of a recorded run, for who waits in the app.
 */

/**
 * Whether a model is what the address's hash names.
 * @param {ModelEntry} model
 */
const isLinked = ({ id }) => new URLSearchParams(location.hash.slice(1)).get("model") === id;

/** @param {unknown} error */
const reason = (error) => (error instanceof Error ? error.message : String(error));

/**
 * Says in a panel's own line what went wrong.
 * @param {HTMLElement} panel
 * @param {string} message
 */
function complain(panel, message) {
  const line = panel.querySelector(".error");
  if (line) line.textContent = message;
}

/**
 * Unpacks what is on a panel, if that is not done yet. The document does not hold it before the panel is opened.
 * @param {HTMLElement} panel
 * @returns {boolean} Whether it has been done now.
 */
function unpack(panel) {
  /** @type {HTMLTemplateElement | null} */
  const template = panel.querySelector(":scope > template"); // what it holds may have others
  template?.replaceWith(template.content);
  return Boolean(template);
}

/**
 * The Train tab, whose code and contents are fetched when it is opened first.
 *
 * @param {HTMLElement} panel
 * @param {PageOptions} options
 * @param {(step: number | null) => void} remember Is told the step of the recorded run that is looked at; null: of none.
 */
function createTrain(panel, options, remember) {
  const { training, device, datasets, recording, meanwhile, data, classifier, features } = options;
  /** @type {Promise<() => Promise<Practice | Live>> | null} */
  let code = null; // what brings the panel to life
  /** @type {Promise<Practice | Live | null> | null} */
  let practice = null; // what that has made

  /** @returns {Promise<() => Promise<Practice | Live>>} */
  async function load() {
    const addresses = { data, classifier, features };
    if (recording) {
      const { mount } = await import("../train/practice.js");
      const step = stepIn(location.search);
      return () => mount(panel, { description: training, addresses, recording, step, remember });
    }
    const { mount } = await import("../train/train.js");
    const { EitherHost, pageHost, PlaceChoice } = await import("../train/hosts.js");
    const { Library } = await import("../train/library.js");
    return async () => {
      const choice = new PlaceChoice(panel, training, device ?? { name: "", isFast: false }, datasets);
      new Library(panel);
      return {
        run: mount(panel, training, new EitherHost(pageHost(training, addresses), choice), meanwhile),
      };
    };
  }

  async function start() {
    try {
      return await (await /** @type {NonNullable<typeof code>} */ (code))();
    } catch (error) {
      complain(panel, `The page cannot be loaded (${reason(error)}); reload it to try again.`);
      return null;
    }
  }

  return {
    /** The code comes before the panel is shown, so that nothing on it moves afterwards. */
    async prepare() {
      fetchAhead(); // if Explore still waits for its own
      code ??= load();
      await code.catch(() => null); // start() says what is wrong
      unpack(panel);
    },
    /** @returns {Promise<number | null>} The step of the recorded run that is looked at. */
    async open() {
      practice ??= start();
      const opened = await practice;
      return opened && "step" in opened ? opened.step : null;
    },
    /** A recording does not play on while another tab is open. */
    async leave() {
      const opened = await practice;
      if (opened && "halt" in opened) opened.halt();
    },
    /** @returns {Promise<import("../train/run.js").Run | null>} Null: there is none, or the tab was not opened yet. */
    async run() {
      return (await practice)?.run() ?? null;
    },
  };
}

/**
 * Brings shell/page.html to life.
 *
 * @param {Element} root Holds it.
 * @param {PageOptions} options
 */
export async function mountPage(root, options) {
  const { models, classifier, server = null, opening, data, recording } = options;
  const digits = `${data}/mnist`;
  const panel = (/** @type {TabName} */ name) =>
    /** @type {HTMLElement} */ (root.querySelector(`#panel-${name}`));
  const embedded = embeddedIn(location.search);
  /** @type {TabName} */
  let open = "explore";

  const remember = (/** @type {number | null} */ step) => open === "train" && writeTab("train", step);
  const train = createTrain(panel("train"), options, remember);

  const speakOf = mountMasthead(root);

  /** @param {TabName} name */
  async function opened(name) {
    open = name;
    speakOf(name);
    if (name !== "train") {
      writeTab(name);
      return train.leave();
    }
    writeTab("train", stepIn(location.search));
    const step = await train.open();
    if (step !== null) remember(step);
    return null;
  }

  /** @param {TabName} name */
  async function prepare(name) {
    if (name === "train") await train.prepare();
    if (name === "learn" && unpack(panel("learn"))) {
      mountLearn(panel("learn"), { models, explore, ownRun: ownRunOf(train.run) });
      if (embedded?.part) isolate(panel("learn"), embedded.part);
    }
  }

  const tabs = createTabs(/** @type {Element} */ (root.querySelector("[role=tablist]")), { prepare, opened });
  addEventListener("popstate", () => {
    const asked = tabIn(location.search); // Back or Forward leads there; the hash is Explore's business
    if (asked !== open) tabs.select(asked);
  });
  mountTour(root);
  refuseOtherDrops();
  if (embedded) embed(root);
  else document.documentElement.classList.remove("embedded"); // early.js has guessed
  if (embedded?.tab === "train") {
    await tabs.select("train"); // and the networks of Explore are not fetched
    return;
  }
  root.querySelector(".forgery-link")?.addEventListener("click", () => goToTab("learn", { at: ".forgery" }));
  const moments = recording?.moments.filter(isLinked) ?? []; // a link may lead to one
  const shown = [...models, ...moments];
  const explore = mountExplore(panel("explore"), { models: shown, classifier, server, digits, opening });
  if (tabIn(location.search) !== open) tabs.select(tabIn(location.search));
  try {
    mountInsideHere(panel("explore"), await explore);
  } catch (error) {
    panel("explore").querySelector(".words")?.replaceChildren();
    const way = "Reload the page, or try a current Chrome, Firefox or Safari.";
    complain(panel("explore"), `The networks do not run here: ${reason(error)}. ${way}`);
  }
}
