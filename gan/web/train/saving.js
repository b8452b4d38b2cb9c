/** What can be kept of a run: files to download, and a link for others to watch. */

import { copyOrShow, SAID } from "../shared/files.js";
import { find, findAll, findButton } from "./elements.js";

/**
 * @param {HTMLElement} root holds .files, with links .file that have data-file, and the button .share
 * @param {object} page
 * @param {() => import("./run.js").ServerRun | null} page.run
 * @param {(error?: Error) => void} page.complain shows what went wrong; nothing: that all is well
 */
export function createSaving(root, { run, complain }) {
  const files = find(root, ".files");
  const share = findButton(root, ".share");
  const label = share.textContent;

  share.addEventListener("click", async () => {
    const current = run();
    if (!current) return;
    complain();
    const link = new URL(`?watch=${current.ticket.name}`, document.baseURI).href;
    if (!(await copyOrShow(link, share, complain))) return;
    share.textContent = "The link is copied";
    setTimeout(() => {
      share.textContent = label;
    }, SAID);
  });

  return {
    /** @param {boolean} canSave whether there is anything to save */
    show(canSave) {
      files.hidden = !canSave;
      const current = run();
      if (!current) return;
      for (const link of findAll(files, ".file", HTMLAnchorElement)) {
        const address = current.file(link.dataset.file ?? "");
        if (link.href !== address) link.href = address;
      }
    },
  };
}
