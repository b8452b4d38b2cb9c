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
    if (!isMeant(event.dataTransfer)) return;
    event.preventDefault();
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
