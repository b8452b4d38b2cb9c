"""One pure train step, compiled by `jit` for one device and by `pmap` for many.

A batch is drawn the same on any number of devices (`gan.training.batch`), gradients and batch statistics
are averaged over them, and so the parameters come out the same.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jax.flatten_util import ravel_pytree

from gan.config import GP_LOSSES, Hyperparams, Recipe
from gan.networks.layers import Method
from gan.networks.networks import Discriminator, Generator, Variables
from gan.training import losses, penalties
from gan.training.batch import Batch, Data, RngStream, add_instance_noise, sample_batch
from gan.training.devices import resolve_precision
from gan.training.state import TrainState, optimizer

MAX_STEPS_PER_CALL = 256  # room for the metrics of one call


class Metrics(NamedTuple):
    """Means over a batch, float32: [] from a step, [steps] from a call."""

    discriminator_loss: jax.Array  # without the penalty
    generator_loss: jax.Array
    penalty: jax.Array  # weighted
    real_score: jax.Array  # E σ(D(real)), before the update; a probability with cross-entropy losses
    fake_score: jax.Array  # E σ(D(fake))
    discriminator_gradient: jax.Array  # global norms
    generator_gradient: jax.Array


Params = Any  # a tree of weights
Step = Callable[[TrainState, Hyperparams, Data, jax.Array], tuple[TrainState, Metrics]]


class Networks(NamedTuple):
    """The two networks of a recipe as pure functions of their weights."""

    recipe: Recipe
    generator: Generator
    discriminator: Discriminator
    loss: losses.Loss

    def generate(self, params: Params, statistics: Variables, batch: Batch) -> tuple[jax.Array, Variables]:
        """Fakes [B, 28, 28, channels], and the batch statistics as they leave them."""
        variables = {**statistics, "params": params}
        return self.generator.apply(variables, batch.z, batch.labels, train=True, mutable=["batch_stats"])

    def judge(
        self,
        params: Params,
        statistics: Variables,
        pictures: jax.Array,
        batch: Batch,
        purpose: RngStream,
        update_stats: bool = False,
    ) -> tuple[jax.Array, Variables]:
        """Logits [B / packing], and the spectral statistics."""
        keys = batch.fresh_keys(purpose) if self.recipe.model.dropout else None
        variables = {**statistics, "params": params}
        return self.discriminator.apply(
            variables, pictures, batch.labels, keys, update_stats=update_stats, mutable=["batch_stats"]
        )


class DiscriminatorAux(NamedTuple):
    """What the discriminator's loss was made of: scalars."""

    adversarial: jax.Array
    penalty: jax.Array  # weighted
    real_score: jax.Array
    fake_score: jax.Array


def build_step(recipe: Recipe, axis_name: str | None = None, method: Method = "auto") -> Step:
    """The pure step of a recipe.

    Args:
      axis_name: the mapped axis to average over, or None on one device.
      method: how convolutions are computed (`gan.networks.layers`).
    Returns:
      step(state, hyper, data, examples) -> (state, Metrics); `examples` are the numbers, within
      the whole batch, of those that this device draws.
    """
    precision = resolve_precision(recipe.train.precision)
    networks = Networks(
        recipe,
        Generator(recipe.model, axis_name, method, precision),
        Discriminator(recipe.model, method, precision),
        losses.LOSSES[recipe.train.loss],
    )
    mean = partial(_mean_over, axis_name) if axis_name else lambda tree: tree

    def step(
        state: TrainState, hyper: Hyperparams, data: Data, examples: jax.Array
    ) -> tuple[TrainState, Metrics]:
        key = jax.random.fold_in(jax.random.key(state.seed), state.step)
        batch = sample_batch(recipe, data, key, examples)
        (g_params, g_stats), (d_params, d_stats) = _split(state.generator), _split(state.discriminator)

        # G draws once: D learns from these fakes, then G learns from what the wiser D makes of them.
        generate = partial(networks.generate, statistics=g_stats, batch=batch)
        fake, generator_vjp, g_stats = jax.vjp(generate, g_params, has_aux=True)
        real = batch.real
        if recipe.train.instance_noise:
            real, fake = (
                add_instance_noise(real, hyper.instance_noise, batch, RngStream.NOISE_ON_REAL),
                add_instance_noise(fake, hyper.instance_noise, batch, RngStream.NOISE_ON_FAKE),
            )

        rate = 1.0
        if recipe.train.decay_steps:
            rate = cosine_decay(state.step, hyper)
            share = hyper.final_gamma_fraction + (1 - hyper.final_gamma_fraction) * rate
            hyper = hyper._replace(r1_gamma=share * hyper.r1_gamma, r2_gamma=share * hyper.r2_gamma)
        d_loss = partial(discriminator_loss, networks, hyper, d_stats, real, fake, batch)
        d_gradients, judgement = mean(jax.grad(d_loss, has_aux=True)(d_params))
        adam = optimizer(rate * hyper.discriminator_lr, hyper)
        updates, discriminator_opt = adam.update(d_gradients, state.discriminator_opt)
        d_params = optax.apply_updates(d_params, updates)
        if recipe.train.weight_clip:
            d_params = jax.tree.map(lambda w: jnp.clip(w, -hyper.weight_clip, hyper.weight_clip), d_params)

        # Instance noise is added, so the gradient at the blurred fake is the gradient at the fake.
        g_loss = partial(generator_loss, networks, d_params, d_stats, real, batch)
        (g_value, d_stats), fake_gradient = jax.value_and_grad(g_loss, has_aux=True)(fake)
        if recipe.train.mode_seeking_weight:
            other, _ = networks.generate(g_params, g_stats, batch.with_new_z(recipe.model))
            fake_gradient += hyper.mode_seeking_weight * jax.grad(losses.mode_seeking_loss)(fake, other)
        g_gradients = mean(generator_vjp(fake_gradient)[0])
        adam = optimizer(rate * hyper.generator_lr, hyper)
        updates, generator_opt = adam.update(g_gradients, state.generator_opt)
        generator = {**g_stats, "params": optax.apply_updates(g_params, updates)}

        state = TrainState(
            step=state.step + 1,
            seed=state.seed,
            generator=generator,
            discriminator={**d_stats, "params": d_params},
            average=update_ema(state.average, generator, state.step, hyper.ema_decay),
            generator_opt=generator_opt,
            discriminator_opt=discriminator_opt,
        )
        metrics = Metrics(
            discriminator_loss=judgement.adversarial,
            generator_loss=mean(g_value),
            penalty=judgement.penalty,
            real_score=judgement.real_score,
            fake_score=judgement.fake_score,
            discriminator_gradient=optax.tree.norm(d_gradients),
            generator_gradient=optax.tree.norm(g_gradients),
        )
        return state, metrics

    return step


def discriminator_loss(
    networks: Networks,
    hyper: Hyperparams,
    statistics: Variables,
    real: jax.Array,
    fake: jax.Array,
    batch: Batch,
    params: Params,
) -> tuple[jax.Array, DiscriminatorAux]:
    """What D minimises, a scalar, penalties included; and its parts."""
    train = networks.recipe.train

    def critic(purpose: RngStream) -> penalties.Critic:
        return lambda pictures: networks.judge(params, statistics, pictures, batch, purpose)[0]

    def logits_and_penalty(pictures: jax.Array, purpose: RngStream, weight: jax.Array, is_on: bool):
        if not is_on:
            return critic(purpose)(pictures), 0.0
        logits, slopes = penalties.logits_and_squared_grad_norms(critic(purpose), pictures)
        return logits, weight * penalties.zero_centered_gp(slopes)

    real_logits, r1 = logits_and_penalty(
        real, RngStream.DROPOUT_ON_REAL, hyper.r1_gamma, bool(train.r1_gamma)
    )
    fake_logits, r2 = logits_and_penalty(
        fake, RngStream.DROPOUT_ON_FAKE, hyper.r2_gamma, bool(train.r2_gamma)
    )
    penalty = jnp.float32(0) + r1 + r2
    if train.loss in GP_LOSSES:
        keys = batch.fresh_keys(RngStream.WHERE_TO_PENALISE)
        if train.loss == "wasserstein-gp":
            where = penalties.interpolate(real, fake, jax.vmap(jax.random.uniform)(keys))
        else:
            noise = jax.vmap(lambda key: jax.random.uniform(key, real.shape[1:]))(keys)
            where = penalties.perturb(real, noise)
        penalty += hyper.gp_weight * penalties.one_centered_gp(critic(RngStream.DROPOUT_IN_PENALTY), where)
    smoothing = hyper.label_smoothing if train.label_smoothing else 0.0
    adversarial = networks.loss.discriminator(real_logits, fake_logits, smoothing)
    if train.wrong_label_weight:
        wrong = batch.with_wrong_labels(networks.recipe.model.label_classes)
        logits, _ = networks.judge(params, statistics, real, wrong, RngStream.DROPOUT_ON_WRONG_LABEL)
        adversarial += hyper.wrong_label_weight * losses.wrong_label_loss(logits)
    scores = (jnp.mean(jax.nn.sigmoid(logits)) for logits in (real_logits, fake_logits))
    return adversarial + penalty, DiscriminatorAux(adversarial, penalty, *scores)


def generator_loss(
    networks: Networks, params: Params, statistics: Variables, real: jax.Array, batch: Batch, fake: jax.Array
) -> tuple[jax.Array, Variables]:
    """What G minimises, a scalar, as a function of its fakes; and D's new spectral statistics."""
    judge = partial(networks.judge, params, statistics, batch=batch)
    fake_logits, new_stats = judge(fake, purpose=RngStream.DROPOUT_FOR_G, update_stats=True)
    real_logits = judge(real, purpose=RngStream.DROPOUT_ON_REAL_FOR_G)[0] if networks.loss.pairs else None
    return networks.loss.generator(fake_logits, real_logits), new_stats


def _mean_over(axis_name: str, tree: Any) -> Any:
    """A tree's mean over devices, in one exchange: one a leaf costs two cores 4 % of a step of `fast`."""
    numbers, unravel = ravel_pytree(tree)
    return unravel(lax.pmean(numbers, axis_name))


def _split(variables: Variables) -> tuple[Variables, Variables]:
    return variables["params"], {name: value for name, value in variables.items() if name != "params"}


def cosine_decay(step: jax.Array, hyper: Hyperparams) -> jax.Array:
    """From 1 at step 0 to 0 at `decay_steps`, along half a cosine."""
    done = jnp.minimum(step / hyper.decay_steps, 1.0)
    return 0.5 * (1 + jnp.cos(jnp.pi * done))


def update_ema(average: Variables, new: Variables, step: jax.Array, decay: jax.Array) -> Variables:
    """average ← d · average + (1 − d) · new, with d = min(decay, (1 + step) / (20 + step)).

    The warm-up keeps the untrained weights out of the average of a young run.
    """
    decay = jnp.minimum(decay, (1 + step) / (20 + step))
    return jax.tree.map(lambda old, new: decay * old + (1 - decay) * new, average, new)


def build_train_chunk(
    recipe: Recipe, devices: int = 1, method: Method = "auto", build_step: Callable[..., Step] = build_step
) -> Callable:
    """Many steps in one compiled call: call(state, hyper, data, count) -> (state, Metrics [MAX]).

    The first `count` rows of the metrics are filled. `count` is traced: one program serves any
    number of steps up to MAX_STEPS_PER_CALL, so that a run's length, its pauses and its saves never
    compile anything, and a resumed run is bit for bit the uninterrupted one. (A scan of fixed
    length would be another program, with other roundings, for every length.)
    """
    axis_name = "devices" if devices > 1 else None
    step = build_step(recipe, axis_name, method)
    share = recipe.train.batch_size // devices

    def call(state: TrainState, hyper: Hyperparams, data: Data, count: jax.Array, device: jax.Array | int):
        examples = device * share + jnp.arange(share)
        rows = Metrics(*(jnp.zeros(MAX_STEPS_PER_CALL, jnp.float32) for _ in Metrics._fields))

        def body(i: jax.Array, carry: tuple[TrainState, Metrics]):
            state, rows = carry
            state, metrics = step(state, hyper, data, examples)
            return state, jax.tree.map(lambda row, value: row.at[i].set(value), rows, metrics)

        return lax.fori_loop(0, count, body, (state, rows))

    if devices == 1:
        return jax.jit(partial(call, device=0), donate_argnums=0)
    mapped = jax.pmap(
        call,
        axis_name,
        in_axes=(None, None, None, None, 0),
        out_axes=None,
        devices=jax.local_devices()[:devices],
        donate_argnums=0,
    )
    return lambda state, hyper, data, count: mapped(state, hyper, data, count, jnp.arange(devices))
