// Pixels onto canvases, and elements into the page.

export function make(parent, tag, attributes = {}, text = "") {
  const child = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value);
  child.textContent = text;
  parent.appendChild(child);
  return child;
}

// One of several buttons of which one is on. Returns what is to be filled with its face.
export function choice(parent, name, checked, choose) {
  const label = make(parent, "label", { class: "choice" });
  const input = make(label, "input", { type: "radio", name });
  input.checked = checked;
  input.addEventListener("change", choose);
  return make(label, "span");
}

const small = new OffscreenCanvas(28, 28);
const context = small.getContext("2d", { willReadFrequently: true });
const image = new ImageData(28, 28);
const words = new Uint32Array(image.data.buffer);

function stretch(canvas) {
  context.putImageData(image, 0, 0);
  const target = canvas.getContext("2d");
  target.clearRect(0, 0, canvas.width, canvas.height);
  target.imageSmoothingQuality = "high";
  target.drawImage(small, 0, 0, canvas.width, canvas.height);
}

// pixels: uint8 [784 · channels]; fills the canvas.
export function paint(canvas, pixels) {
  const channels = pixels.length / 784;
  for (let i = 0; i < 784; i++) {
    const [r, g, b] = channels === 3 ? pixels.subarray(3 * i, 3 * i + 3) : [pixels[i], pixels[i], pixels[i]];
    words[i] = 0xff000000 | (b << 16) | (g << 8) | r;
  }
  stretch(canvas);
}

// Many pictures of one channel, [count · 784], in rows; fills the canvas.
export function paintGrid(canvas, pixels, columns) {
  const count = pixels.length / 784;
  const side = 30; // a pixel of ground on each side
  const image = new ImageData(columns * side, Math.ceil(count / columns) * side);
  const target = new Uint32Array(image.data.buffer).fill(0xff000000);
  for (let i = 0; i < count; i++) {
    const corner = (Math.floor(i / columns) * side + 1) * image.width + (i % columns) * side + 1;
    for (let p = 0; p < 784; p++) {
      const ink = pixels[784 * i + p];
      target[corner + Math.floor(p / 28) * image.width + (p % 28)] =
        0xff000000 | (ink << 16) | (ink << 8) | ink;
    }
  }
  const wall = new OffscreenCanvas(image.width, image.height);
  wall.getContext("2d").putImageData(image, 0, 0);
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(wall, 0, 0, canvas.width, canvas.height);
}

// One picture as ink of a colour, [r, g, b], on nothing.
export function tint(pixels, [r, g, b]) {
  const made = new ImageData(28, 28);
  const target = new Uint32Array(made.data.buffer);
  const channels = pixels.length / 784;
  for (let i = 0; i < 784; i++) target[i] = (pixels[i * channels] << 24) | (b << 16) | (g << 8) | r;
  return made;
}

// slopes: [784 · channels]; one colour where more ink would please D, another where less would.
export function paintSlopes(canvas, slopes) {
  const channels = slopes.length / 784;
  const sums = Array.from({ length: 784 }, (_, i) =>
    slopes.subarray(i * channels, (i + 1) * channels).reduce((a, b) => a + b),
  );
  const most = sums.reduce((top, slope) => Math.max(top, Math.abs(slope)), 1e-9);
  sums.forEach((slope, i) => {
    const strength = Math.round(220 * Math.sqrt(Math.abs(slope) / most));
    words[i] = (strength << 24) | (slope > 0 ? 0x2f78ef : 0xd66a2f);
  });
  stretch(canvas);
}
