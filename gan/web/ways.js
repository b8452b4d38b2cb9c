// Ways between places of a model: in a straight line, around the sphere, or through G's first features.

import { lerp, slerp } from "./latents.js";

// What is drawn at a share t of the way from one place, {z, digit}, to another. Digits blend evenly.
function between(model, way, a, b, t) {
  const { z_dim } = model.config;
  const [from, to] = [a, b].map(({ z, digit }) => model.row(z, digit));
  if (way === "features") return lerp(model.features(from), model.features(to), t);
  const row = lerp(from, to, t);
  if (way === "slerp") row.set(slerp(from.subarray(0, z_dim), to.subarray(0, z_dim), t));
  return row;
}

const drawn = (model, way, inputs) => (way === "features" ? model.drawFeatures(inputs) : model.draw(inputs));

// Pictures at times 0…1 of the way through all stops, and the digits of the stops that are nearest.
export function along(model, stops, way, times) {
  const last = stops.length - 2;
  const where = times.map((t) => {
    const stretch = Math.min(Math.floor(t * (last + 1)), last);
    return [stretch, t * (last + 1) - stretch];
  });
  const inputs = where.map(([i, t]) => between(model, way, stops[i], stops[i + 1], t));
  const digits = where.map(([i, t]) => stops[t < 0.5 ? i : i + 1].digit);
  return { pictures: drawn(model, way, inputs), digits };
}

// side² pictures between four corners: the first two above, the others below.
export function sheet(model, corners, way, side) {
  const times = Array.from({ length: side }, (_, i) => i / (side - 1));
  const [a, b, c, d] = corners;
  const mix = way === "features" ? lerp : (from, to, t) => (way === "slerp" ? slerpRow : lerp)(from, to, t);
  function slerpRow(from, to, t) {
    const { z_dim } = model.config;
    const row = lerp(from, to, t);
    row.set(slerp(from.subarray(0, z_dim), to.subarray(0, z_dim), t));
    return row;
  }
  const inputs = times.flatMap((down) => times.map((across) => mix(between(model, way, a, b, across), between(model, way, c, d, across), down)));
  return drawn(model, way, inputs);
}
