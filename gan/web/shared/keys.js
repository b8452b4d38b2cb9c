// Keys that belong to the browser, whatever has the focus.

/**
 * Whether a key is pressed together with Alt, Ctrl or ⌘. Then no part of the page takes it: Alt and ← is Back, Ctrl and +
 * makes the page larger.
 * @param {KeyboardEvent} event
 * @returns {boolean}
 */
export const isBrowsersKey = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;
