// Animations as files, made in the page: GIF and WebP byte by byte, WebM by the browser's own encoder.

import { contextOf } from "../shared/elements.js";

/**
 * @callback Encode
 * @param {HTMLCanvasElement} canvas on which the frames are painted
 * @param {number} count frames
 * @param {(i: number) => Promise<void>} draw paints a frame
 * @param {number} ms how long a frame lasts
 * @param {(share: number) => void} progress is told how far it is, 0…1
 * @param {boolean} isColour whether frames are more than grey
 * @returns {Promise<Blob>} the file
 */

/** @type {{gif: Encode, webp: Encode, webm: Encode}} */
export const encoders = { gif, webp, webm };

/**
 * Paints the frames one after another; the page goes on meanwhile.
 * @param {number} count
 * @param {(share: number) => void} progress
 * @param {(i: number) => Promise<void>} work
 */
async function eachFrame(count, progress, work) {
  for (let i = 0; i < count; i++) {
    await work(i);
    progress((i + 1) / count);
    if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
}

/** @param {string} text @returns {number[]} the bytes of its letters */
const letters = (text) => [...text].map((letter) => letter.charCodeAt(0));
/** @param {number} value @returns {number[]} two bytes, the low one first */
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
  /** @param {number} value @param {number} count */
  const level = (value, count) => Math.round((value * (count - 1)) / 255);
  /** @param {number} level @param {number} count */
  const value = (level, count) => Math.round((level * 255) / (count - 1));
  const colours = new Array(3 << bits).fill(0); // the last four are not used
  for (let i = 0; i < reds * greens * blues; i++) {
    const levels = [Math.floor(i / (greens * blues)), Math.floor(i / blues) % greens, i % blues];
    levels.forEach((each, channel) => {
      colours[3 * i + channel] = value(each, LEVELS[channel]);
    });
  }
  return {
    bits,
    colours,
    numberOf: (r, g, b) => (level(r, reds) * greens + level(g, greens)) * blues + level(b, blues),
  };
}

/** @type {Encode} */
async function gif(canvas, count, draw, ms, progress, isColour) {
  const { width, height } = canvas;
  const context = contextOf(canvas, { willReadFrequently: true });
  const { bits, colours, numberOf } = isColour ? cube() : greys();
  const size = [...word(width), ...word(height)];
  const head = [...letters("GIF89a"), ...size, 0x80 | (bits - 1), 0, 0, ...colours];
  const forever = [0x21, 0xff, 11, ...letters("NETSCAPE2.0"), 3, 1, 0, 0, 0];
  const control = [0x21, 0xf9, 4, 0, ...word(Math.round(ms / 10)), 0, 0];
  const image = [0x2c, 0, 0, 0, 0, ...size, 0, bits];
  const parts = [Uint8Array.from([...head, ...forever])];
  await eachFrame(count, progress, async (i) => {
    await draw(i);
    const { data } = context.getImageData(0, 0, width, height);
    const pixels = new Uint8Array(width * height);
    for (let p = 0; p < pixels.length; p++) {
      pixels[p] = numberOf(data[4 * p], data[4 * p + 1], data[4 * p + 2]);
    }
    parts.push(Uint8Array.from([...control, ...image]), lzw(pixels, bits));
  });
  return new Blob([...parts, Uint8Array.of(0x3b)], { type: "image/gif" });
}

/**
 * The LZW of GIF (GIF89a specification, appendix F), in blocks of up to 255 bytes.
 * @param {Uint8Array} pixels
 * @param {number} depth bits of a pixel
 */
function lzw(pixels, depth) {
  const [clear, end] = [1 << depth, (1 << depth) + 1];
  /** @type {number[]} */
  const out = [];
  let [bits, held, size, next] = [0, 0, depth + 1, end + 1];
  /** @type {Map<number, number>} */
  let known = new Map();
  /** @param {number} code */
  const put = (code) => {
    bits |= code << held;
    for (held += size; held >= 8; held -= 8, bits >>>= 8) out.push(bits & 255);
  };
  put(clear);
  let run = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const longer = (run << 8) | pixels[i];
    const code = known.get(longer);
    if (code !== undefined) {
      run = code;
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
  /** @type {number[]} */
  const blocks = [];
  for (let i = 0; i < out.length; i += 255) {
    const block = out.slice(i, i + 255);
    blocks.push(block.length, ...block);
  }
  return Uint8Array.from([...blocks, 0]);
}

// --- WebP: the browser's still pictures in one animated container (RFC 9649) ------------------------

/** @param {number} value @returns {number[]} three bytes, the lowest first */
const three = (value) => [...word(value), (value >> 16) & 255];
/** @param {number} value @returns {number[]} four bytes */
const four = (value) => [...word(value), ...word(value >> 16)];

/** @param {string} name of a RIFF chunk @param {number[] | Uint8Array} bytes its content */
const chunk = (name, bytes) =>
  Uint8Array.from([...letters(name), ...four(bytes.length), ...bytes, ...(bytes.length % 2 ? [0] : [])]);

/** @type {Encode} */
async function webp(canvas, count, draw, ms, progress) {
  const size = [...three(canvas.width - 1), ...three(canvas.height - 1)];
  const parts = [chunk("VP8X", [0x02, 0, 0, 0, ...size]), chunk("ANIM", [0, 0, 0, 0, 0, 0])];
  await eachFrame(count, progress, async (i) => {
    await draw(i);
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
    if (blob?.type !== "image/webp") throw new Error("this browser writes no WebP; choose GIF");
    const still = pictureOf(new Uint8Array(await blob.arrayBuffer()));
    parts.push(chunk("ANMF", [...three(0), ...three(0), ...size, ...three(ms), 2, ...still]));
  });
  const body = await new Blob(parts).arrayBuffer();
  const head = [...letters("RIFF"), ...four(body.byteLength + 4), ...letters("WEBP")];
  return new Blob([Uint8Array.from(head), body], { type: "image/webp" });
}

/**
 * @param {Uint8Array} bytes of a still WebP
 * @returns {Uint8Array} its chunk that holds the picture itself: VP8 or VP8L
 */
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

/** @type {Encode} */
async function webm(canvas, count, draw, ms, progress) {
  if (!window.MediaRecorder?.isTypeSupported("video/webm"))
    throw new Error("this browser writes no WebM; choose GIF");
  await draw(0);
  const stream = canvas.captureStream();
  const recorder = new MediaRecorder(stream, { mimeType: "video/webm", videoBitsPerSecond: 4_000_000 });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  recorder.start();
  await eachFrame(count, progress, async (i) => {
    await draw(i);
    await new Promise((resolve) => setTimeout(resolve, ms));
  });
  recorder.stop();
  await ended;
  return new Blob(parts, { type: "video/webm" });
}
