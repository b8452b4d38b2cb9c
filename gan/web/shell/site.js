// The exported page: Explore, and a run to watch, of which nothing is fetched until it is opened.

import { mount } from "../explore/explore.js";

// Tabs as people with a keyboard know them. prepare(name) comes before a panel is shown, opened(name, panel) after.
function createTabs(list, prepare, opened) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  async function select(tab) {
    await prepare(tab.dataset.name);
    for (const each of tabs) {
      each.setAttribute("aria-selected", each === tab);
      each.tabIndex = each === tab ? 0 : -1;
      panel(each).hidden = each !== tab;
    }
    opened(tab.dataset.name, panel(tab));
  }

  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener("click", () => select(tab));
    tab.addEventListener("keydown", ({ key }) => {
      const other = tabs.at((i + ({ ArrowRight: 1, ArrowLeft: -1 }[key] ?? 0)) % tabs.length);
      if (other === tab) return;
      other.focus();
      select(other);
    });
  }
  return { select: (name) => select(tabs.find((tab) => tab.dataset.name === name)) };
}

// "?step=600" in the address: the recorded run is open there.
function remember(step) {
  const address = new URL(location.href);
  address.searchParams.delete("step");
  if (step !== null) address.searchParams.set("step", step);
  history.replaceState(history.state, "", address);
}

function stepOf(address) {
  const text = new URL(address).searchParams.get("step");
  return /^\d+$/.test(text) ? Number(text) : null;
}

// models, judge, digits: as explore.js has them. run: the address of the recording, moments: its networks.
export async function mountSite({ models, moments, run, judge, digits }) {
  const asked = new URLSearchParams(location.hash.slice(1)).get("model");
  const known = [...models, ...moments.filter(({ id }) => id === asked)]; // a link may lead to a moment
  let code = null; // recorded.js, and
  let recorded = null; // what it made, once the tab was opened
  let open = "explore";

  async function watch(panel) {
    try {
      code ??= await import("../train/recorded.js");
      const step = stepOf(location.href);
      return await code.mount(panel, { url: run, moments, step, remember: (at) => open === "watch" && remember(at) });
    } catch (error) {
      panel.querySelector(".error").textContent = `The recording cannot be loaded (${error.message}); reload the page to try again.`;
      return null;
    }
  }

  // The code of a page comes before it is shown: nothing on it moves afterwards.
  async function prepare(name) {
    if (name === "watch") code ??= await import("../train/recorded.js").catch(() => null); // watch() says it
  }

  async function opened(name, panel) {
    open = name;
    if (name === "explore") {
      remember(null);
      return (await recorded)?.halt();
    }
    recorded ??= watch(panel);
    const page = await recorded;
    if (page && open === "watch") remember(page.step);
    return null;
  }

  const tabs = createTabs(document.querySelector("[role=tablist]"), prepare, opened);
  if (stepOf(location.href) !== null) tabs.select("watch");
  await mount(document.querySelector("#explore"), { models: known, judge, server: null, digits });
}
