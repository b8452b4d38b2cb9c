"""One pure train step: D learns from a batch and its fakes, then G learns from what the new D makes of them.

With `discriminator_steps` D first learns from some batches more, without G.

A batch is the same on any number of devices (`gan.training.batch`). Gradients and batch statistics are
averaged over the devices, so the weights come out the same on all of them. What each network minimises is in
`gan.training.objectives`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax import lax
from jax.flatten_util import ravel_pytree

from gan.config import Hyperparams, StaticConfig
from gan.networks.layers import Method
from gan.networks.networks import Discriminator, Generator, Variables
from gan.training import losses
from gan.training.augment import augment
from gan.training.batch import Batch, Data, RngStream, add_instance_noise, batch_key, sample_batch
from gan.training.objectives import (
    DiscriminatorAux,
    Networks,
    Params,
    Seen,
    discriminator_loss,
    generator_loss,
)
from gan.training.precision import resolve_precision
from gan.training.schedules import decay, update_ema
from gan.training.state import TrainState, optimizer


class Metrics(NamedTuple):
    """Means over a batch, float32: [] from a step, [steps] from a chunk of steps."""

    discriminator_loss: jax.Array  # without the penalty
    generator_loss: jax.Array
    penalty: jax.Array  # weighted
    real_score: jax.Array  # E σ(D(real)), before the update; a probability with cross-entropy losses
    fake_score: jax.Array  # E σ(D(fake))
    discriminator_gradient: jax.Array  # the gradient's norm over all weights
    generator_gradient: jax.Array


Step = Callable[[TrainState, Hyperparams, Data, jax.Array], tuple[TrainState, Metrics]]


DiscriminatorState = tuple[Variables, optax.OptState]


class Generated(NamedTuple):
    """What G makes in a step, before it learns."""

    fake: jax.Array  # [B, size, size, channels] in −1…1
    params: Params
    stats: Variables  # the batch statistics, with this batch in them
    pull_back: Callable[[jax.Array], Params]  # a gradient at the fakes -> the gradient at the weights


class DiscriminatorUpdate(NamedTuple):
    """D after it has learned."""

    network: Variables
    opt: optax.OptState
    gradients: Params
    aux: DiscriminatorAux


class GeneratorUpdate(NamedTuple):
    """G after it has learned, from what D made of its fakes."""

    network: Variables
    opt: optax.OptState
    gradients: Params
    loss: jax.Array
    spectral_stats: Variables  # those of D, which have advanced by one step


def build_step(config: StaticConfig, axis_name: str | None = None, method: Method = "auto") -> Step:
    """The pure step of a recipe.

    Args:
      axis_name: the mapped axis to average over, or None on one device.
      method: how convolutions are computed (`gan.networks.conv`).
    Returns:
      step(state, hyper, data, example_indices) -> (state, Metrics); `example_indices` are the numbers, within
      the whole batch, of the examples that this device takes.
    """
    precision = resolve_precision(config.precision)
    networks = Networks(
        config,
        Generator(config.model, axis_name, method, precision),
        Discriminator(config.model, method, precision),
        losses.LOSSES[config.loss],
        partial(_mean_over, axis_name) if axis_name else lambda tree: tree,
    )

    def step(
        state: TrainState, hyper: Hyperparams, data: Data, example_indices: jax.Array
    ) -> tuple[TrainState, Metrics]:
        if config.uses.decay_steps:
            hyper = decay(hyper, state.step)

        def batch_of(i: jax.Array | int) -> Batch:
            """The batch from which D learns at the i-th time in this step."""
            number = state.step.astype(jnp.uint32) * config.discriminator_steps + i
            return sample_batch(config.model, data, batch_key(state.seed, number), example_indices)

        def teach_discriminator(i: jax.Array, d: DiscriminatorState) -> DiscriminatorState:
            """D alone learns."""
            batch = batch_of(i)
            seen = _see(config, hyper, batch, _generate(networks, state.generator, batch).fake)
            learned = _update_discriminator(networks, *d, hyper, seen)
            return learned.network, learned.opt

        d = state.discriminator, state.discriminator_opt
        alone = config.discriminator_steps - 1
        if alone:
            d = lax.fori_loop(0, alone, teach_discriminator, d)

        batch = batch_of(alone)
        # G generates once: D learns from these fakes, and then G learns from what the new D makes of them.
        generated = _generate(networks, state.generator, batch)
        seen = _see(config, hyper, batch, generated.fake)
        d = _update_discriminator(networks, *d, hyper, seen)
        g = _update_generator(networks, state.generator_opt, hyper, generated, seen, d.network)

        new_state = TrainState(
            step=state.step + 1,
            seed=state.seed,
            generator=g.network,
            discriminator={**g.spectral_stats, "params": d.network["params"]},
            generator_ema=update_ema(state.generator_ema, g.network, state.step, hyper.ema_decay),
            generator_opt=g.opt,
            discriminator_opt=d.opt,
        )
        metrics = Metrics(
            discriminator_loss=d.aux.adversarial,
            generator_loss=g.loss,
            penalty=d.aux.penalty,
            real_score=d.aux.real_score,
            fake_score=d.aux.fake_score,
            discriminator_gradient=optax.tree.norm(d.gradients),
            generator_gradient=optax.tree.norm(g.gradients),
        )
        return new_state, metrics

    return step


def _generate(networks: Networks, generator: Variables, batch: Batch) -> Generated:
    """G's fakes of the batch's z, and what a step needs to learn from them."""
    params, stats = _split(generator)
    generate = partial(networks.generate, stats=stats, batch=batch)
    fake, pull_back, new_stats = jax.vjp(generate, params, has_aux=True)
    return Generated(fake, params, new_stats, lambda gradient: pull_back(gradient)[0])


def _see(config: StaticConfig, hyper: Hyperparams, batch: Batch, fake: jax.Array) -> Seen:
    """Real and generated pictures as D sees them: augmented, then with noise, as a recipe asks."""
    real, pull_back = batch.real, _identity
    if config.augment != "none":
        kinds = tuple(config.augment.split(","))
        real = augment(real, kinds, batch.keys_for(RngStream.AUGMENT_REAL))
        keys = batch.keys_for(RngStream.AUGMENT_FAKE)
        fake, pull_back = jax.vjp(lambda fake: augment(fake, kinds, keys), fake)
    if config.uses.instance_noise:
        real = add_instance_noise(real, hyper.instance_noise, batch, RngStream.NOISE_ON_REAL)
        fake = add_instance_noise(fake, hyper.instance_noise, batch, RngStream.NOISE_ON_FAKE)
    # The noise is added, so that the gradient behind it is the gradient before it.
    return Seen(real, fake, batch, lambda gradient: pull_back(gradient)[0])


def _identity(gradient: jax.Array) -> tuple[jax.Array]:
    """How a gradient goes back through no augmentation."""
    return (gradient,)


def _update_discriminator(
    networks: Networks, discriminator: Variables, opt: optax.OptState, hyper: Hyperparams, seen: Seen
) -> DiscriminatorUpdate:
    """One step of the optimiser for D."""
    params, stats = _split(discriminator)
    gradient = jax.grad(discriminator_loss, has_aux=True)
    gradients, aux = networks.mean(gradient(params, networks, stats, hyper, seen))
    rule = optimizer(networks.config.optimizer, hyper.discriminator_lr, hyper)
    params, opt = _apply(rule, gradients, opt, params)
    if networks.config.uses.weight_clip:
        params = jax.tree.map(lambda w: jnp.clip(w, -hyper.weight_clip, hyper.weight_clip), params)
    return DiscriminatorUpdate({**stats, "params": params}, opt, gradients, aux)


def _update_generator(
    networks: Networks,
    opt: optax.OptState,
    hyper: Hyperparams,
    generated: Generated,
    seen: Seen,
    discriminator: Variables,
) -> GeneratorUpdate:
    """One step of the optimiser for G, with the gradient that the new D gives at each pixel of the fakes."""
    loss_and_gradient = jax.value_and_grad(generator_loss, has_aux=True)
    (loss, spectral_stats), seen_gradient = loss_and_gradient(seen.fake, networks, discriminator, seen)
    fake_gradient = seen.pull_back(seen_gradient)
    if networks.config.uses.mode_seeking_weight:
        other_batch = seen.batch.with_new_z(networks.config.model)
        other, _ = networks.generate(generated.params, generated.stats, other_batch)
        apart = jax.grad(losses.mode_seeking_loss)(generated.fake, other)
        fake_gradient += hyper.mode_seeking_weight * apart
    gradients = networks.mean(generated.pull_back(fake_gradient))
    rule = optimizer(networks.config.optimizer, hyper.generator_lr, hyper)
    params, opt = _apply(rule, gradients, opt, generated.params)
    network = {**generated.stats, "params": params}
    return GeneratorUpdate(network, opt, gradients, networks.mean(loss), spectral_stats)


def _apply(
    rule: optax.GradientTransformation, gradients: Params, opt: optax.OptState, params: Params
) -> tuple[Params, optax.OptState]:
    """The weights and the optimiser's state after one step."""
    updates, opt = rule.update(gradients, opt)
    return optax.apply_updates(params, updates), opt


def _mean_over(axis_name: str, tree: Any) -> Any:
    """A tree's mean over devices, in one exchange: one a leaf costs two cores 4 % of a step of `fast`."""
    numbers, unravel = ravel_pytree(tree)
    return unravel(lax.pmean(numbers, axis_name))


def _split(variables: Variables) -> tuple[Variables, Variables]:
    """The weights of a network, and its statistics."""
    return variables["params"], {name: value for name, value in variables.items() if name != "params"}
