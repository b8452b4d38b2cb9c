/** What can be kept of a run: files to download, and a link for others to watch. */

import { copyOrShow, SAID } from "../shared/files.js";
import { isStorageThere } from "../shared/storage.js";
import { find, findAll, findButton } from "./elements.js";

/** @import { FileKind, Run } from "./run.js" */

// Where a run in the page is, after a reload.
const KEPT = "It lives in this browser, and a reload finds it paused.";
const LOST = "This browser keeps nothing for this page: the run ends with it, so save what you want to keep.";

/**
 * @param {HTMLElement} root holds .files, with links .file that have data-file, and the button .share
 * @param {object} page
 * @param {() => Run | null} page.run
 * @param {(error?: Error) => void} page.complain shows what went wrong; nothing: that all is well
 */
export function createSaving(root, { run, complain }) {
  const files = find(root, ".files");
  const share = findButton(root, ".share");
  const links = findAll(files, ".file", HTMLAnchorElement);
  const label = share.textContent;
  find(files, ".of-page").textContent = isStorageThere() ? KEPT : LOST;
  const kindOf = (/** @type {HTMLElement} */ link) => /** @type {FileKind} */ (link.dataset.file);

  for (const link of links) {
    link.addEventListener("click", (event) => {
      const current = run();
      if (!current?.save || current.file(kindOf(link)) !== null) return; // the browser follows the link
      event.preventDefault();
      current.save(kindOf(link)).then(() => complain(), complain);
    });
  }

  share.addEventListener("click", async () => {
    const link = run()?.link;
    if (!link) return;
    complain();
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
      share.hidden = current.link === null;
      find(files, ".of-server").hidden = current.link === null;
      find(files, ".of-page").hidden = current.place === "server";
      find(files, ".hint").hidden = !current.files.includes("state"); // it says what the model and the state are for
      for (const link of links) {
        link.hidden = !current.files.includes(kindOf(link));
        const address = current.file(kindOf(link)) ?? "#";
        if (link.getAttribute("href") !== address) link.setAttribute("href", address);
      }
    },
  };
}
