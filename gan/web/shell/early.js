// What an exported page does before it is first drawn: it is dark where the visitor's screen is, and has no mast within
// another page. And if its program cannot be fetched (start.js or a module of it), it says so. So this is no module.

{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", follow);
  follow();
  document.documentElement.classList.toggle("embedded", new URLSearchParams(location.search).has("embed"));

  /** @param {Event} event */
  function say({ target }) {
    const line = target instanceof HTMLScriptElement && document.querySelector(".error");
    if (line) line.textContent = "The page cannot start; reload it.";
  }
  addEventListener("error", say, { capture: true }); // what happens to a script does not bubble
}
