// Memory that is given back at once. An array that nobody uses any more lies about until the browser collects its garbage,
// and a run makes hundreds of MB of them in a minute.

const { port1: nowhere, port2: nobody } = new MessageChannel();
nobody.close();

/**
 * Frees the memory of arrays, unless that was done already. Nobody may use them afterwards, nor any other view of the
 * same memory.
 *
 * The memory is handed over in a message that nobody receives. `ArrayBuffer.prototype.transfer(0)` looks simpler, but it is
 * of no use for what has come in a message, a stream or an answer: Chromium then keeps the memory until its next
 * collection, and counts it no longer, so that the collection comes late.
 * @param {...ArrayBufferView} arrays of memories of their own: none of WebAssembly's, and none that Workers share
 */
export function free(...arrays) {
  const buffers = new Set(arrays.map(({ buffer }) => /** @type {ArrayBuffer} */ (buffer)));
  nowhere.postMessage(
    null,
    [...buffers].filter(({ byteLength }) => byteLength),
  );
}
