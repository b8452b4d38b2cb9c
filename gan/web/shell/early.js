// What an exported page does before it is first drawn: it is dark where the visitor's screen is, and has no mast within
// another page. And if its program cannot be fetched (start.js or a module of it), it says why. So this is no module.

{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", follow);
  follow();
  document.documentElement.classList.toggle("embedded", new URLSearchParams(location.search).has("embed"));

  const FROM_DISK =
    "Browsers do not let a page from the disk load its program. Open a terminal in this folder, run “python -m http.server”, and open http://localhost:8000 instead.";
  const INCOMPLETE =
    "A part of its program could not be fetched. Reload it; if that does not help, its folder “v” is not complete on the server.";

  /** What the server sends in place of a script, if that is why the script does not run. @param {string} script */
  async function reasonOf(script) {
    if (location.protocol === "file:") return FROM_DISK;
    try {
      const { ok, headers } = await fetch(script);
      const type = headers.get("content-type") ?? "";
      if (ok && !/javascript/i.test(type))
        return `The server sends its program as “${type}”, which browsers refuse. It has to send .js files as text/javascript.`;
    } catch {
      // The server cannot be reached at all.
    }
    return INCOMPLETE;
  }

  /** @param {Event} event */
  async function say({ target }) {
    if (!(target instanceof HTMLScriptElement)) return;
    const reason = await reasonOf(target.src);
    const place = document.querySelector(".not-started");
    const line = place?.querySelector(".why");
    if (!place || !line) return;
    line.textContent = `The page cannot start. ${reason}`;
    place.classList.add("now");
  }
  addEventListener("error", say, { capture: true }); // what happens to a script does not bubble
}
