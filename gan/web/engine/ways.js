// Ways between places of a model: in a straight line, around the sphere, or through G's first features.

import { lerp, slerp } from "./latents.js";

// How a way mixes what the generator is given at its places, and draws the mixtures. Digits blend evenly.
function wayOf(model, way) {
  const { z_dim } = model.config;
  const row = ({ z, digit }) => model.row(z, digit);
  function around(from, to, t) {
    const mixed = lerp(from, to, t);
    mixed.set(slerp(from.subarray(0, z_dim), to.subarray(0, z_dim), t));
    return mixed;
  }
  return {
    slerp: { start: row, mix: around, draw: (inputs) => model.draw(inputs) },
    lerp: { start: row, mix: lerp, draw: (inputs) => model.draw(inputs) },
    features: {
      start: (place) => model.features(row(place)),
      mix: lerp,
      draw: (inputs) => model.drawFeatures(inputs),
    },
  }[way];
}

// Pictures at times 0…1 of the way through all stops, {z, digit}, and the digits of the nearest stops.
export function along(model, stops, way, times) {
  const { start, mix, draw } = wayOf(model, way);
  const inputs = stops.map(start);
  const last = stops.length - 2;
  const where = times.map((t) => {
    const stretch = Math.min(Math.floor(t * (last + 1)), last);
    return [stretch, t * (last + 1) - stretch];
  });
  return {
    pictures: draw(where.map(([i, t]) => mix(inputs[i], inputs[i + 1], t))),
    digits: where.map(([i, t]) => stops[t < 0.5 ? i : i + 1].digit),
  };
}

// side² pictures between four corners: the first two above, the others below.
export function sheet(model, corners, way, side) {
  const { start, mix, draw } = wayOf(model, way);
  const [a, b, c, d] = corners.map(start);
  const times = Array.from({ length: side }, (_, i) => i / (side - 1));
  return draw(
    times.flatMap((down) => times.map((across) => mix(mix(a, b, across), mix(c, d, across), down))),
  );
}
