// Two ways to look for the z of a drawing. Each gives moments on its way, as they come:
// {z: [starts · z_dim], digits, best: the number of the nearest start}, and with the last, how far it misses: `error`.

import { decode } from "../engine/engine.js";
import { STEPS } from "../engine/inversion.js";

// By JAX, on the server: the whole way at once. There the nearest start is the first.
export async function* searchThere(server, model, picture) {
  const answer = await server.find({ model: model.id, picture: [...picture] });
  if (!answer.moments) throw new Error(answer.error);
  const { digits, error } = answer;
  const z = new Float32Array(decode(answer.moments).buffer);
  const size = digits.length * model.z_dim;
  for (let first = 0; first < z.length; first += size) {
    yield {
      z: z.subarray(first, first + size),
      digits,
      best: 0,
      error: first + size === z.length ? error : null,
    };
  }
}

// In the page, moment by moment.
export async function* searchHere(engine, model, picture) {
  let search = await engine.begin({ model: model.id, picture });
  while (true) {
    const { z, digits, errors, step } = search;
    const error = Math.min(...errors);
    yield { z, digits, best: errors.indexOf(error), error: step === STEPS ? error : null };
    if (step === STEPS) return;
    search = await engine.goOn({ model: model.id, search });
  }
}
