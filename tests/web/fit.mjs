// What the page makes of pictures that are decoded already: {size or null, polarity, rasters: [{width, height, path}]} ->
// {treatment, pictures}. Each path holds red, green, blue and opacity.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { SIZES } from "../../gan/web/engine/stages.js";
import { reduce } from "../../gan/web/shared/pictures/resampling.js";
import { decide, treat } from "../../gan/web/shared/pictures/treatment.js";

const { size, polarity, rasters } = JSON.parse(await text(process.stdin));
const decode = (to) =>
  rasters.map(({ width, height, path }) =>
    reduce(
      { width, height, data: new Uint8Array(readFileSync(path)) },
      Math.floor(Math.min(width, height) / (2 * to)),
    ),
  );
const treatment = decide(decode(size ?? SIZES.at(-1)), size, polarity);
const decoded = decode(treatment.size);
console.log(JSON.stringify({ treatment, pictures: decoded.map((raster) => [...treat(raster, treatment)]) }));
