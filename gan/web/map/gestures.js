// What a hand does on a map: a drag or a click moves, Shift (or another button) and a drag shift the map, the wheel
// and two fingers zoom, and these shift it too. `zoom` gets a factor and the pixel that stays where it is.

export function onGestures(canvas, { move, shift, zoom }) {
  const fingers = new Map();
  const at = (event) => [event.offsetX, event.offsetY];
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    if (fingers.size === 1 && event.button === 0 && !event.shiftKey) move(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    if (fingers.size === 2) {
      const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      const apart = ([x, y]) => Math.hypot(x - other[0], y - other[1]);
      zoom(apart(now) / Math.max(apart(before), 1), ...other);
      shift((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    } else if (event.shiftKey || event.buttons !== 1) shift(now[0] - before[0], now[1] - before[1]);
    else move(...now);
    fingers.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 400), ...at(event));
    },
    { passive: false },
  );
}
