// Memory that is given back at once. An array that nobody uses any more lies about until the browser collects its garbage.
// The browser does so once about 64 MB of such arrays lie about, in each Worker for itself.

/**
 * Frees the memory of an array, unless that was done already. Nobody may use the array afterwards, nor any other view of
 * the same memory. Where the browser cannot do that (before Chrome 114, Firefox 122, Safari 17.4), the memory waits for its collection.
 * @param {ArrayBufferView} array of a memory of its own: none of WebAssembly's, and none that Workers share
 */
export function free({ buffer }) {
  const memory = /** @type {{detached?: boolean, transfer?: (bytes: number) => unknown}} */ (
    /** @type {unknown} */ (buffer)
  );
  if (!memory.detached) memory.transfer?.(0);
}
