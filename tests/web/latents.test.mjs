// The maths on z against values that JAX gave: in Python, `from gan.networks import latents`, and then
//   latents.from_seeds(np.array([7]), 5)
//   a, b = latents.from_seeds(np.array([3, 4]), 4); latents.slerp(a, b, np.array([0.25])), latents.truncate(a, 0.3, 1)
//   uniform = lambda z: jnp.sqrt(3) * jax.scipy.special.erf(z / jnp.sqrt(2)); jax.vmap(jax.grad(uniform))(z)
//   jax.nn.softmax(x), jax.vjp(jax.nn.softmax, x)[1](slopes)

import assert from "node:assert/strict";
import { test } from "node:test";
import * as latents from "../../gan/web/engine/latents.js";

const A = Float32Array.of(-1.446257, 1.539381, 0.382506, 1.970702);
const B = Float32Array.of(1.177724, 0.738481, -1.080156, 0.334467);

function assertClose(found, wanted, tolerance = 2e-6) {
  assert.equal(found.length, wanted.length);
  wanted.forEach((value, i) => {
    assert.ok(Math.abs(found[i] - value) <= tolerance, `${i}: ${found[i]} is not ${value}`);
  });
}

test("a seed is the same z as in JAX", () => {
  const wanted = {
    0: [1.622642, 2.025265, -0.433594, -0.078617, 0.176091],
    7: [0.451235, 1.953451, -0.516239, -0.14094, 0.615497],
    2147483647: [-0.856683, -0.560223, -0.438822, -0.29394, 0.556245],
  };
  for (const [seed, z] of Object.entries(wanted)) assertClose(latents.fromSeed(Number(seed), 5), z);
});

test("a seed's first numbers do not depend on how many are asked for", () => {
  assert.deepEqual(latents.fromSeed(7, 64).slice(0, 5), latents.fromSeed(7, 5));
});

test("truncation shrinks all of z but the numbers that choose the class", () => {
  assertClose(latents.truncate(A, 0.3, 1), [-0.433877, 0.461814, 0.114752, 1.970702]);
  assert.deepEqual(latents.truncate(A, 1, 0), A);
});

test("lerp and slerp are those of JAX, and begin and end at the ends", () => {
  assertClose(latents.lerp(A, B, 0.25), [-0.790262, 1.339156, 0.016841, 1.561643]);
  assertClose(latents.slerp(A, B, 0.25), [-0.543485, 1.742404, -0.305385, 1.873651]);
  for (const between of [latents.lerp, latents.slerp]) {
    assertClose(between(A, B, 0), A);
    assertClose(between(A, B, 1), B);
  }
});

test("slerp takes the straight line where no arc is defined", () => {
  const opposite = A.map((value) => -value);
  const nothing = A.map(() => 0);
  assertClose(latents.slerp(A, opposite, 0.5), nothing);
  assertClose(latents.slerp(nothing, A, 0.5), latents.lerp(nothing, A, 0.5));
  assertClose(latents.slerp(A, A, 0.3), A);
});

test("z moves along directions by standard deviations, and then axis by axis", () => {
  const z = Float32Array.of(1, 2);
  const directions = [Float32Array.of(1, 0), Float32Array.of(0, -1)];
  assertClose(latents.move(z, directions, [0.5, 2], { 1: 10 }), [1.5, 10]);
});

test("edits lead from a seed's z to another", () => {
  const wanted = latents.fromSeed(8, 6);
  const found = latents.move(latents.fromSeed(7, 6), [], [], latents.editsFrom(7, wanted));
  assertClose(found, wanted, 6e-4); // edits have three decimals
});

test("a uniform prior and its slope are those of JAX", () => {
  const z = [-2, -0.5, 0, 1];
  assertClose(z.map(latents.uniform), [-1.653242, -0.663245, 0, 1.182453], 1e-6);
  assertClose(z.map(latents.uniformSlope), [0.18703, 1.21959, 1.381977, 0.838211], 1e-6);
});

test("softmax and its slopes are those of JAX", () => {
  const logits = Float32Array.of(1, 2, -1);
  assertClose(latents.softmax(logits), [0.259496, 0.705385, 0.035119]);
  assertClose(latents.softmaxSlopes(logits, Float32Array.of(0.5, -1, 2)), [0.260897, -0.348884, 0.087987]);
  assertClose(latents.softmax(Float32Array.of(1000, 1000)), [0.5, 0.5]);
});
