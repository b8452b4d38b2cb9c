"""Trained networks with layers that they did not have."""

import jax
import jax.numpy as jnp
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
    shapes = jax.eval_shape(lambda: init_variables(config, jax.random.key(0)))  # nothing is computed
    return [_with_residual_layers(network, of_new) for network, of_new in zip(networks, shapes, strict=True)]


def _with_residual_layers(network: Variables, shapes: Variables) -> Variables:
    """A network with the residual layers that it lacks, whose weights are 0.

    Args:
      shapes: of all weights that it shall have.
    """
    old, new = flatten_dict(network), flatten_dict(shapes)
    added = {
        path: jnp.zeros(new[path].shape) for path in new.keys() - old.keys() if path[1].startswith(RESIDUAL)
    }
    grown = old | added
    require(
        {path: array.shape for path, array in grown.items()} == {path: new[path].shape for path in new},
        "--init-from keeps the model's weights; --set may not change their shapes. It may add residual "
        "layers, but not where there is spectral_norm",
    )
    return unflatten_dict(grown)
