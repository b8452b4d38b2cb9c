"""Networks that are drawn and used in one compiled program each.

Flax alone would compile one for each operation, about forty for a generator: most of a test's time.
"""

import functools

import jax

from gan.networks import networks

init_variables = jax.jit(networks.init_variables, static_argnums=0)


def apply(network, *inputs, **options):
    """What a network makes of its variables and inputs. `options` are those of Flax's `apply`."""
    return _compiled(network, tuple(options.items()))(*inputs)


@functools.cache
def _compiled(network, options):
    return jax.jit(functools.partial(network.apply, **dict(options)))
