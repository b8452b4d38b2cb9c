// A pad to draw on, with mouse, finger or pen.

import { contextOf } from "../shared/elements.js";

export const WIDTH = 22; // of the stroke, of the pad's 280 pixels: as MNIST's

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

  /** @type {number | null} the pointer that draws: a second finger, or the palm of the hand, draws nothing */
  let drawing = null;
  pad.addEventListener("pointerdown", (event) => {
    if (drawing !== null || event.button !== 0) return;
    drawing = event.pointerId;
    onStart();
    pad.setPointerCapture(drawing);
    context.beginPath();
    const [x, y] = at(event);
    context.moveTo(x + 0.1, y); // a line of no length would be no dot
    stroke(event);
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) stroke(each);
  });
  pad.addEventListener("lostpointercapture", (event) => {
    if (event.pointerId !== drawing) return;
    drawing = null;
    onEnd();
  });

  return {
    /** Whether it takes ink away. */
    get isRubbing() {
      return context.globalCompositeOperation === "destination-out";
    },
    set isRubbing(is) {
      context.globalCompositeOperation = is ? "destination-out" : "source-over";
    },

    clear: () => context.clearRect(0, 0, pad.width, pad.height),

    /** What was drawn: 255 where the pen went, [280 · 280]. */
    ink: () => context.getImageData(0, 0, pad.width, pad.height).data.filter((_, i) => i % 4 === 3),

    /** Puts a drawing on the pad. @param {ArrayLike<number>} ink 0…255, [side²]: as large as the pad, or smaller */
    put(ink) {
      const side = Math.sqrt(ink.length);
      const small = new OffscreenCanvas(side, side);
      const image = new ImageData(side, side);
      for (let i = 0; i < ink.length; i++) image.data.set([255, 255, 255, ink[i]], 4 * i);
      contextOf(small).putImageData(image, 0, 0);
      context.drawImage(small, 0, 0, pad.width, pad.height);
    },
  };
}
