"""Trained networks with layers that they did not have."""

import jax
from flax.traverse_util import flatten_dict, unflatten_dict

from gan.config import ModelConfig
from gan.errors import require
from gan.networks.networks import RESIDUAL, Variables, init_variables


def with_residual_layers(config: ModelConfig, *networks: Variables) -> list[Variables]:
    """The networks with those residual layers of `config` that they lack; they compute what they did before.

    Args:
      networks: the generator and the discriminator.
    Raises:
      InputError: `config` has other shapes for their weights, or lacks some.
    """
    return [
        _with_residual_layers(network, fresh)
        for network, fresh in zip(networks, init_variables(config, jax.random.key(0)), strict=True)
    ]


def _with_residual_layers(network: Variables, fresh: Variables) -> Variables:
    """A network with those residual layers of a fresh one, whose weights are 0, that it lacks."""
    old, new = flatten_dict(network), flatten_dict(fresh)
    added = {path: new[path] for path in new.keys() - old.keys() if path[1].startswith(RESIDUAL)}
    shapes = [{path: array.shape for path, array in arrays.items()} for arrays in (old | added, new)]
    require(
        shapes[0] == shapes[1],
        "--init-from keeps the model's weights; --set may not change their shapes. It may add residual "
        "layers, but not where there is spectral_norm",
    )
    return unflatten_dict(old | added)
