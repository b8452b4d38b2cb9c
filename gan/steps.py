"""One pure train step, compiled by `jit` for one device and by `pmap` for many.

Whatever is random is drawn from the key of (seed, step, example), never of the device: a batch is
the same batch on one device and on eight, and so are the parameters it leads to.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import lax

from gan import losses
from gan.config import Hyper, Recipe
from gan.layers import Method
from gan.models import Discriminator, Generator
from gan.state import TrainState, optimizer

MAX_STEPS_PER_CALL = 256  # room for the metrics of one call


class Data(NamedTuple):
    """The training set, whole, on the device."""

    images: jax.Array  # uint8 [N, 28, 28, channels]
    labels: jax.Array  # int32 [N]; zeros where there are none


class Metrics(NamedTuple):
    """Means over a batch, float32: [] from a step, [steps] from a call."""

    discriminator_loss: jax.Array  # without the penalty
    generator_loss: jax.Array
    penalty: jax.Array  # weighted
    real_score: jax.Array  # E σ(D(real)), before the update; a probability with cross-entropy losses
    fake_score: jax.Array  # E σ(D(fake))
    discriminator_gradient: jax.Array  # global norms
    generator_gradient: jax.Array


class Batch(NamedTuple):
    """One device's share of a batch."""

    keys: jax.Array  # [B], one an example
    real: jax.Array  # [B, 28, 28, channels] in −1…1
    labels: jax.Array | None  # [B]; fakes are asked for the same classes
    z: jax.Array  # [B, z_dim]


def to_unit(images: jax.Array) -> jax.Array:
    """uint8 in 0–255 to float32 in −1…1."""
    return images.astype(jnp.float32) / 127.5 - 1


def draw(recipe: Recipe, data: Data, key: jax.Array, examples: jax.Array) -> Batch:
    """The examples of that number in the step's batch, drawn with replacement."""
    keys = jax.vmap(partial(jax.random.fold_in, key))(examples)

    def one(key: jax.Array) -> tuple[jax.Array, jax.Array]:
        index_key, z_key = jax.random.split(key)
        index = jax.random.randint(index_key, (), 0, data.images.shape[0])
        return index, jax.random.normal(z_key, (recipe.model.z_dim,))

    index, z = jax.vmap(one)(keys)
    labels = data.labels[index] if recipe.model.classes else None
    return Batch(keys, to_unit(data.images[index]), labels, z)


def build_step(recipe: Recipe, axis_name: str | None = None, method: Method = "auto") -> Callable:
    """The pure step of a recipe.

    Args:
      axis_name: the mapped axis to average over, or None on one device.
      method: how convolutions are computed (`gan.layers`).
    Returns:
      step(state, hyper, data, examples) -> (state, Metrics); `examples` are the numbers, within
      the whole batch, of those that this device draws.
    """
    generator = Generator(recipe.model, axis_name, method)
    discriminator = Discriminator(recipe.model, method)
    loss = losses.LOSSES[recipe.train.loss]
    mean = partial(lax.pmean, axis_name=axis_name) if axis_name else lambda tree: tree

    def step(state: TrainState, hyper: Hyper, data: Data, examples: jax.Array) -> tuple[TrainState, Metrics]:
        key = jax.random.fold_in(jax.random.key(state.seed), state.step)
        batch = draw(recipe, data, key, examples)
        smoothing = hyper.label_smoothing if recipe.train.label_smoothing else 0.0

        def purpose(number: int) -> jax.Array:  # a fresh key for each example
            return jax.vmap(jax.random.fold_in, (0, None))(batch.keys, number)

        def blur(pictures: jax.Array, number: int) -> jax.Array:  # instance noise, arXiv 1610.04490
            if not recipe.train.instance_noise:
                return pictures
            noise = jax.vmap(lambda key: jax.random.normal(key, pictures.shape[1:]))(purpose(number))
            return pictures + hyper.instance_noise * noise

        # G forward once: D learns from these fakes, then G learns from what D makes of them.
        def generate(params):
            variables = {**state.generator, "params": params}
            fake, updates = generator.apply(variables, batch.z, batch.labels, train=True, mutable=["batch_stats"])
            return fake, updates

        fake, generator_vjp, statistics = jax.vjp(generate, state.generator["params"], has_aux=True)
        seen_real, seen_fake = blur(batch.real, 1), blur(fake, 2)

        def judge(params, pictures, number, update_stats=False):
            return discriminator.apply(
                {**state.discriminator, "params": params},
                pictures,
                batch.labels,
                purpose(number) if recipe.model.dropout else None,
                update_stats=update_stats,
                mutable=["batch_stats"],
            )

        def discriminator_loss(params):
            def critic(number):
                return lambda pictures: judge(params, pictures, number)[0]

            penalty = jnp.float32(0)
            if recipe.train.r1:
                real_logits, slopes = losses.logits_and_slopes(critic(3), seen_real)
                penalty += hyper.r1 * losses.zero_centred(slopes)
            else:
                real_logits = critic(3)(seen_real)
            if recipe.train.r2:
                fake_logits, slopes = losses.logits_and_slopes(critic(4), seen_fake)
                penalty += hyper.r2 * losses.zero_centred(slopes)
            else:
                fake_logits = critic(4)(seen_fake)
            if recipe.train.loss == "wasserstein-gp":
                share = jax.vmap(jax.random.uniform)(purpose(5))
                where = losses.between(seen_real, seen_fake, share)
                penalty += hyper.gradient_penalty * losses.unit_slope(critic(6), where)
            if recipe.train.loss == "dragan":
                noise = jax.vmap(lambda key: jax.random.uniform(key, fake.shape[1:]))(purpose(5))
                where = losses.around(seen_real, noise)
                penalty += hyper.gradient_penalty * losses.unit_slope(critic(6), where)
            adversarial = loss.discriminator(real_logits, fake_logits, smoothing)
            return adversarial + penalty, (adversarial, penalty, real_logits, fake_logits)

        gradients, (d_loss, penalty, real_logits, fake_logits) = jax.grad(discriminator_loss, has_aux=True)(
            state.discriminator["params"]
        )
        d_gradients = mean(gradients)

        scale = learning_rate_scale(state.step, hyper) if recipe.train.decay_steps else 1.0
        updates, discriminator_opt = optimizer(scale * hyper.discriminator_lr, hyper).update(
            d_gradients, state.discriminator_opt
        )
        d_params = optax.apply_updates(state.discriminator["params"], updates)
        if recipe.train.weight_clip:
            d_params = jax.tree.map(lambda w: jnp.clip(w, -hyper.weight_clip, hyper.weight_clip), d_params)

        # G against the D that has just learned; spectral norms follow the new weights.
        def generator_loss(pictures):
            fake_logits, stats = judge(d_params, pictures, 7, update_stats=True)
            real_logits = judge(d_params, seen_real, 8)[0] if loss.pairs else None
            return loss.generator(fake_logits, real_logits), stats

        # Noise is added, so the gradient at the blurred fake is the gradient at the fake.
        fake_gradient, (g_loss, d_stats) = _value_grad_aux(generator_loss, seen_fake)
        (gradients,) = generator_vjp(fake_gradient)
        g_gradients = mean(gradients)
        updates, generator_opt = optimizer(scale * hyper.generator_lr, hyper).update(g_gradients, state.generator_opt)
        new_generator = {**statistics, "params": optax.apply_updates(state.generator["params"], updates)}

        state = TrainState(
            step=state.step + 1,
            seed=state.seed,
            generator=new_generator,
            discriminator={**d_stats, "params": d_params},
            average=move_average(state.average, new_generator, state.step, hyper.ema_decay),
            generator_opt=generator_opt,
            discriminator_opt=discriminator_opt,
        )
        scores = (jnp.mean(jax.nn.sigmoid(logits)) for logits in (real_logits, fake_logits))
        d_loss, g_loss, penalty, real_score, fake_score = mean((d_loss, g_loss, penalty, *scores))
        norms = (optax.global_norm(d_gradients), optax.global_norm(g_gradients))
        return state, Metrics(d_loss, g_loss, penalty, real_score, fake_score, *norms)

    return step


def _value_grad_aux(function, x):
    (value, aux), gradient = jax.value_and_grad(function, has_aux=True)(x)
    return gradient, (value, aux)


def learning_rate_scale(step: jax.Array, hyper: Hyper) -> jax.Array:
    """From 1 at step 0 to 0 at `decay_steps`, along half a cosine."""
    done = jnp.minimum(step / hyper.decay_steps, 1.0)
    return 0.5 * (1 + jnp.cos(jnp.pi * done))


def move_average(average, new, step: jax.Array, decay: float):
    """average ← d · average + (1 − d) · new, with d = min(decay, (1 + step) / (20 + step)).

    The warm-up keeps the untrained weights out of the average of a young run.
    """
    decay = jnp.minimum(decay, (1 + step) / (20 + step))
    return jax.tree.map(lambda old, new: decay * old + (1 - decay) * new, average, new)


def build_call(recipe: Recipe, devices: int = 1, method: Method = "auto") -> Callable:
    """Many steps in one compiled call: call(state, hyper, data, count) -> (state, Metrics [MAX]).

    The first `count` rows of the metrics are filled. `count` is traced: one program serves any
    number of steps up to MAX_STEPS_PER_CALL, so that a run's length, its pauses and its saves never
    compile anything, and a resumed run is bit for bit the uninterrupted one. (A scan of fixed
    length would be another program, with other roundings, for every length.)
    """
    axis_name = "devices" if devices > 1 else None
    step = build_step(recipe, axis_name, method)
    share = recipe.train.batch_size // devices

    def call(state, hyper, data, count, device):
        examples = device * share + jnp.arange(share)
        rows = Metrics(*(jnp.zeros(MAX_STEPS_PER_CALL, jnp.float32) for _ in Metrics._fields))

        def body(i, carry):
            state, rows = carry
            state, metrics = step(state, hyper, data, examples)
            return state, jax.tree.map(lambda row, value: row.at[i].set(value), rows, metrics)

        return lax.fori_loop(0, count, body, (state, rows))

    if devices == 1:
        jitted = jax.jit(call, donate_argnums=0)
        return lambda state, hyper, data, count: jitted(state, hyper, data, count, 0)
    mapped = jax.pmap(
        call,
        axis_name,
        in_axes=(None, None, None, None, 0),
        out_axes=None,
        devices=jax.local_devices()[:devices],
        donate_argnums=0,
    )
    return lambda state, hyper, data, count: mapped(state, hyper, data, count, jnp.arange(devices))
