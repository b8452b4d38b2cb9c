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
