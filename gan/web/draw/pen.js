// A pad to draw on, with mouse, finger or pen.

import { contextOf } from "../shared/elements.js";

const WIDTH = 22; // of the stroke, of the pad's 280 pixels: as MNIST's

/**
 * @param {HTMLCanvasElement} pad
 * @param {() => void} onStart follows when the pen is put down
 * @param {() => void} onEnd follows when it is lifted
 */
export function createPen(pad, onStart, onEnd) {
  const context = contextOf(pad, { willReadFrequently: true });
  context.lineWidth = WIDTH;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.strokeStyle = "#fff";

  /** Where on the pad an event was. @param {MouseEvent} event @returns {[number, number]} */
  function at({ clientX, clientY }) {
    const { left, top, width, height } = pad.getBoundingClientRect();
    return [((clientX - left) * pad.width) / width, ((clientY - top) * pad.height) / height];
  }

  /** @param {MouseEvent} event */
  function stroke(event) {
    context.lineTo(...at(event));
    context.stroke();
  }

  pad.addEventListener("pointerdown", (event) => {
    onStart();
    pad.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(...at(event));
    stroke(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(each);
  });
  pad.addEventListener("lostpointercapture", onEnd);

  return {
    clear: () => context.clearRect(0, 0, pad.width, pad.height),

    /** What was drawn: 255 where the pen went, [280 · 280]. */
    ink: () => context.getImageData(0, 0, pad.width, pad.height).data.filter((_, i) => i % 4 === 3),

    /** Puts a digit on the pad. @param {Uint8Array} ink [784] */
    put(ink) {
      const small = new OffscreenCanvas(28, 28);
      const image = new ImageData(28, 28);
      ink.forEach((value, i) => {
        image.data.set([255, 255, 255, value], 4 * i);
      });
      contextOf(small).putImageData(image, 0, 0);
      context.drawImage(small, 0, 0, pad.width, pad.height);
    },
  };
}
