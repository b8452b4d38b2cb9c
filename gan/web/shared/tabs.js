// From one tab to a place in another.

// name: the tab's title. open: a selector of a <details> there; at: of an element to bring into sight.
export function goToTab(name, { open, at } = {}) {
  [...document.querySelectorAll("[role=tab]")].find((tab) => tab.textContent.trim() === name)?.click();
  if (!open && !at) return;
  const started = performance.now();
  const settle = () => {
    const target = document.querySelector(open ?? at);
    if (!target?.offsetParent && performance.now() - started < 3000) return requestAnimationFrame(settle);
    if (open && target) target.open = true;
    target?.scrollIntoView({ block: "start" });
    return null;
  };
  settle();
}

// The address says which tab is open: a reload finds it again, and who is sent a run to watch sees it. Without a word
// on the tab, Explore is open, or of a run that is watched, Train.
export function rememberTab() {
  const { searchParams } = new URL(location.href);
  const wanted = searchParams.get("tab") ?? (searchParams.has("watch") ? "Train" : null);
  if (wanted) goToTab(wanted);
  document.addEventListener("click", ({ target }) => {
    const name = target.closest?.("[role=tab]")?.textContent.trim();
    if (!name) return;
    const address = new URL(location.href);
    if (name === "Explore" && !address.searchParams.has("watch")) address.searchParams.delete("tab");
    else address.searchParams.set("tab", name);
    history.replaceState(history.state, "", address);
  });
}

// Links within the Learn page, whose addresses must leave the one in the bar alone, and its buttons.
export function mountLearn(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"], button[data-tab]');
    if (!link) return;
    event.preventDefault();
    if (link.dataset.tab) goToTab(link.dataset.tab, { open: link.dataset.open });
    else root.querySelector(link.getAttribute("href")).scrollIntoView({ behavior: "smooth", block: "start" });
  });
}
