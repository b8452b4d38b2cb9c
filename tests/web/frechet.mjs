// {real, fake: [N][D] features} -> the Fréchet distance between the normal distributions that fit them.
import { text } from "node:stream/consumers";
import { fitGaussian, frechetDistance } from "../../gan/web/training/frechet.js";

const { real, fake } = JSON.parse(await text(process.stdin));
const [a, b] = [real, fake].map((rows) => fitGaussian(Float32Array.from(rows.flat()), rows[0].length));
console.log(frechetDistance(a, b));
