// A GIF, byte by byte: read by a decoder of its own (GIF89a specification), frame by frame and pixel by pixel.

import assert from "node:assert/strict";
import { test } from "node:test";
import { encoders } from "../../gan/web/morph/recording.js";

const [WIDTH, HEIGHT] = [90, 70];

/** A canvas on which `draw` has painted pixels, uint8 [HEIGHT · WIDTH · 4]. */
function createCanvas() {
  const canvas = {
    width: WIDTH,
    height: HEIGHT,
    data: null,
    getContext: () => ({ getImageData: () => canvas }),
  };
  return canvas;
}

/** Frames of noise: no code of the dictionary lasts long, and it overflows. */
function noise(count, isColour) {
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed >>> 24;
  };
  return Array.from({ length: count }, () => {
    const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
    for (let p = 0; p < data.length; p += 4) {
      data[p] = random();
      data[p + 1] = isColour ? random() : data[p];
      data[p + 2] = isColour ? random() : data[p];
    }
    return data;
  });
}

async function record(frames, isColour) {
  const canvas = createCanvas();
  const shares = [];
  const draw = async (i) => {
    canvas.data = frames[i];
  };
  const film = await encoders.gif(canvas, frames.length, draw, 40, (share) => shares.push(share), isColour);
  return { bytes: new Uint8Array(await film.arrayBuffer()), type: film.type, shares };
}

function unlzw(bytes, depth, count) {
  const [clear, end] = [1 << depth, (1 << depth) + 1];
  const out = [];
  let [at, bits, held, size] = [0, 0, 0, depth + 1];
  let table = [];
  let before = null;
  while (true) {
    while (held < size) {
      bits |= bytes[at++] << held;
      held += 8;
    }
    const code = bits & ((1 << size) - 1);
    bits >>>= size;
    held -= size;
    if (code === end) break;
    if (code === clear) {
      table = [...Array(end + 1).keys()].map((i) => [i]);
      size = depth + 1;
      before = null;
      continue;
    }
    const entry = table[code] ?? [...before, before[0]];
    out.push(...entry);
    if (before && table.length < 4096) table.push([...before, entry[0]]);
    if (table.length === 1 << size && size < 12) size++;
    before = entry;
  }
  assert.equal(out.length, count);
  return out;
}

function read(bytes) {
  const word = (at) => bytes[at] | (bytes[at + 1] << 8);
  const text = (at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
  assert.equal(text(0, 6), "GIF89a");
  const [width, height] = [word(6), word(8)];
  const colours = 2 << (bytes[10] & 7);
  const palette = bytes.subarray(13, 13 + 3 * colours);
  let at = 13 + 3 * colours;
  const frames = [];
  let [delay, loops] = [0, null];
  while (bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) {
      if (bytes[at + 1] === 0xf9) delay = word(at + 4);
      else if (text(at + 3, 11) === "NETSCAPE2.0") loops = word(at + 16);
      for (at += 2; bytes[at]; at += bytes[at] + 1);
      at++;
      continue;
    }
    assert.equal(bytes[at], 0x2c);
    const depth = bytes[at + 10];
    const content = [];
    for (at += 11; bytes[at]; at += bytes[at] + 1)
      content.push(...bytes.subarray(at + 1, at + 1 + bytes[at]));
    at++;
    frames.push({ delay, pixels: unlzw(content, depth, width * height) });
  }
  assert.equal(at, bytes.length - 1);
  return { width, height, palette, frames, loops };
}

for (const isColour of [false, true]) {
  test(`a GIF ${isColour ? "in colour" : "of greys"} has each pixel's nearest colour`, async () => {
    const painted = noise(2, isColour);
    const { bytes, type, shares } = await record(painted, isColour);
    assert.equal(type, "image/gif");
    assert.deepEqual(shares, [0.5, 1]);
    const { width, height, palette, frames, loops } = read(bytes);
    assert.deepEqual([width, height, loops, frames.length], [WIDTH, HEIGHT, 0, 2]);
    const steps = isColour ? [5, 6, 5] : null; // from none to all of red, green and blue
    frames.forEach(({ delay, pixels }, frame) => {
      assert.equal(delay, 4); // hundredths of a second
      pixels.forEach((number, p) => {
        for (let channel = 0; channel < 3; channel++) {
          const value = painted[frame][4 * p + channel];
          const wanted = steps
            ? Math.round((Math.round((value * steps[channel]) / 255) * 255) / steps[channel])
            : Math.round(((value >> 2) * 255) / 63);
          assert.equal(palette[3 * number + channel], wanted);
        }
      });
    });
  });
}
