// Animations as files, made in the page: GIF and WebP byte by byte, WebM by the browser's own encoder.

// Each encoder: (canvas, count, draw, ms, progress, isColour) -> Blob. draw(i) paints frame i of `count` on the
// canvas; ms: how long a frame lasts; progress(share) is told how far it is; isColour: whether frames are more than grey.
export const encoders = { gif, webp, webm };

async function each(count, progress, work) {
  for (let i = 0; i < count; i++) {
    await work(i);
    progress((i + 1) / count);
    if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve)); // the page goes on meanwhile
  }
}

const word = (value) => [value & 255, (value >> 8) & 255];

// --- GIF89a: 64 greys, or a cube of 252 colours -----------------------------------------------------

const LEVELS = [6, 7, 6]; // of red, green and blue in the cube; the eye tells most greens apart

/**
 * The colours of a film, and which of them a pixel has.
 * @typedef {object} Palette
 * @property {number} bits of a colour's number
 * @property {number[]} colours red, green and blue of each, 2^bits of them
 * @property {(r: number, g: number, b: number) => number} numberOf the colour nearest to that of a pixel
 */

/** @returns {Palette} */
function greys() {
  const bits = 6;
  const last = (1 << bits) - 1;
  const colours = Array.from({ length: last + 1 }, (_, i) =>
    new Array(3).fill(Math.round((i * 255) / last)),
  ).flat();
  return { bits, colours, numberOf: (r) => r >> (8 - bits) };
}

/** @returns {Palette} */
function cube() {
  const bits = 8;
  const [reds, greens, blues] = LEVELS;
  const level = (value, count) => Math.round((value * (count - 1)) / 255);
  const value = (level, count) => Math.round((level * 255) / (count - 1));
  const colours = new Array(3 << bits).fill(0); // the last four are not used
  for (let i = 0; i < reds * greens * blues; i++) {
    const levels = [Math.floor(i / (greens * blues)), Math.floor(i / blues) % greens, i % blues];
    levels.forEach((each, channel) => (colours[3 * i + channel] = value(each, LEVELS[channel])));
  }
  return {
    bits,
    colours,
    numberOf: (r, g, b) => (level(r, reds) * greens + level(g, greens)) * blues + level(b, blues),
  };
}

async function gif(canvas, count, draw, ms, progress, isColour) {
  const { width, height } = canvas;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const { bits, colours, numberOf } = isColour ? cube() : greys();
  const head = [..."GIF89a"].map((letter) => letter.charCodeAt(0));
  const forever = [
    0x21,
    0xff,
    11,
    ...[..."NETSCAPE2.0"].map((letter) => letter.charCodeAt(0)),
    3,
    1,
    0,
    0,
    0,
  ];
  const parts = [
    Uint8Array.from([
      ...head,
      ...word(width),
      ...word(height),
      0x80 | (bits - 1),
      0,
      0,
      ...colours,
      ...forever,
    ]),
  ];
  await each(count, progress, async (i) => {
    await draw(i);
    const { data } = context.getImageData(0, 0, width, height);
    const pixels = Uint8Array.from({ length: width * height }, (_, p) =>
      numberOf(data[4 * p], data[4 * p + 1], data[4 * p + 2]),
    );
    const control = [0x21, 0xf9, 4, 0, ...word(Math.round(ms / 10)), 0, 0];
    parts.push(
      Uint8Array.from([...control, 0x2c, 0, 0, 0, 0, ...word(width), ...word(height), 0, bits]),
      squeeze(pixels, bits),
    );
  });
  return new Blob([...parts, Uint8Array.of(0x3b)], { type: "image/gif" });
}

// The LZW of GIF (GIF89a specification, appendix F), in blocks of up to 255 bytes. depth: bits of a pixel.
function squeeze(pixels, depth) {
  const [clear, end] = [1 << depth, (1 << depth) + 1];
  const out = [];
  let [bits, held, size, next] = [0, 0, depth + 1, end + 1];
  let known = new Map();
  const put = (code) => {
    bits |= code << held;
    for (held += size; held >= 8; held -= 8, bits >>>= 8) out.push(bits & 255);
  };
  put(clear);
  let run = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const longer = (run << 8) | pixels[i];
    if (known.has(longer)) {
      run = known.get(longer);
      continue;
    }
    put(run);
    if (next === 4096) {
      put(clear);
      known = new Map();
      [size, next] = [depth + 1, end + 1];
    } else {
      if (next === 1 << size) size++;
      known.set(longer, next++);
    }
    run = pixels[i];
  }
  put(run);
  put(end);
  if (held) out.push(bits & 255);
  const blocks = [];
  for (let i = 0; i < out.length; i += 255) {
    const block = out.slice(i, i + 255);
    blocks.push(block.length, ...block);
  }
  return Uint8Array.from([...blocks, 0]);
}

// --- WebP: the browser's still pictures in one animated container (RFC 9649) ------------------------

async function webp(canvas, count, draw, ms, progress) {
  const { width, height } = canvas;
  const three = (value) => [...word(value), (value >> 16) & 255];
  const chunk = (name, bytes) => {
    const size = bytes.length;
    const head = [...[...name].map((letter) => letter.charCodeAt(0)), ...word(size), ...word(size >> 16)];
    return Uint8Array.from([...head, ...bytes, ...(size % 2 ? [0] : [])]);
  };
  const animated = [0x02, 0, 0, 0, ...three(width - 1), ...three(height - 1)];
  const parts = [chunk("VP8X", animated), chunk("ANIM", [0, 0, 0, 0, 0, 0])];
  await each(count, progress, async (i) => {
    await draw(i);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
    if (blob.type !== "image/webp") throw new Error("this browser writes no WebP; choose GIF");
    const still = pictureOf(new Uint8Array(await blob.arrayBuffer()));
    parts.push(
      chunk("ANMF", [
        ...three(0),
        ...three(0),
        ...three(width - 1),
        ...three(height - 1),
        ...three(ms),
        2,
        ...still,
      ]),
    );
  });
  const body = await new Blob(parts).arrayBuffer();
  const size = body.byteLength + 4;
  const head = [82, 73, 70, 70, ...word(size), ...word(size >> 16), 87, 69, 66, 80]; // "RIFF" size "WEBP"
  return new Blob([Uint8Array.from(head), body], { type: "image/webp" });
}

// The chunk of a still WebP that holds the picture itself: VP8 or VP8L.
function pictureOf(bytes) {
  for (let at = 12; at < bytes.length; ) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = new DataView(bytes.buffer, at + 4).getUint32(0, true);
    const whole = 8 + size + (size % 2);
    if (name === "VP8 " || name === "VP8L") return bytes.subarray(at, at + whole);
    at += whole;
  }
  throw new Error("this browser's WebP cannot be read; choose GIF");
}

// --- WebM: recorded as it plays ---------------------------------------------------------------------

async function webm(canvas, count, draw, ms, progress) {
  if (!window.MediaRecorder?.isTypeSupported("video/webm"))
    throw new Error("this browser writes no WebM; choose GIF");
  await draw(0);
  const stream = canvas.captureStream();
  const recorder = new MediaRecorder(stream, { mimeType: "video/webm", videoBitsPerSecond: 4_000_000 });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  await each(count, progress, async (i) => {
    await draw(i);
    await new Promise((resolve) => setTimeout(resolve, ms));
  });
  recorder.stop();
  await ended;
  return new Blob(parts, { type: "video/webm" });
}
