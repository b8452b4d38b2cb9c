// Starts an exported page. The script is not a module, so that the page is dark before it is first drawn.

{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", follow);
  follow();

  const loading = import("./shell.js");
  loading.catch(() => null); // start() says what is wrong

  /** @param {string} selector @returns {Element} */
  const find = (selector) => /** @type {Element} */ (document.querySelector(selector));

  async function start() {
    try {
      const { mountPage } = await loading;
      await mountPage(find(".page"), JSON.parse(find("#described").textContent ?? ""));
      const { keepOffline } = await import("./offline.js");
      await keepOffline();
    } catch {
      find(".error").textContent = "The page cannot start; reload it.";
    }
  }

  document.addEventListener("DOMContentLoaded", start);
}
