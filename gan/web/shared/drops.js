// Files that are dropped anywhere on the page.

/**
 * @param {(data: DataTransfer | null) => boolean} isMeant whether a part of the page takes what is dragged; while it is
 *   dragged, only the kinds and types of its files are known
 * @param {Element} marked has the class `dropping` while it could be dropped
 * @param {(data: DataTransfer) => void} take is called with what has been dropped
 */
export function acceptDrops(isMeant, marked, take) {
  const mark = (/** @type {boolean} */ isOver) => marked.classList.toggle("dropping", isOver);
  window.addEventListener("dragover", (event) => {
    if (!event.dataTransfer || !isMeant(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    mark(true);
  });
  window.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) mark(false); // it has left the window
  });
  window.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer || !isMeant(event.dataTransfer)) return;
    event.preventDefault();
    take(event.dataTransfer);
  });
}

/**
 * Files that no part of the page takes are refused. A browser would open them in place of the page, and a run that it
 * trains would end. A field for files takes its own.
 */
export function refuseOtherDrops() {
  for (const name of /** @type {const} */ (["dragover", "drop"])) {
    const refuse = (/** @type {DragEvent} */ event) => {
      const isField = event.target instanceof HTMLInputElement && event.target.type === "file";
      if (isField || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    };
    window.addEventListener(name, refuse, { capture: true }); // before `acceptDrops`, which may take them after all
  }
}
