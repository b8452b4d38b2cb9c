"""How often z chooses each latent class, and the offsets with which it chooses it as often as is wanted.

A latent class is chosen by the largest of the last numbers of z. All of them are drawn from N(0, 1), so that
all classes are equally likely. An offset added to a number makes its class more likely.
"""

import numpy as np
from jax.scipy.special import ndtr

POINTS = np.linspace(-10, 10, 801)  # where integrals over a class's number of z are summed up
ROUNDS = 100  # of correcting the offsets, at most
RAREST = 1e-4  # a class that is rarer counts as often as this


def frequencies(offsets: np.ndarray) -> np.ndarray:
    """How likely the i-th of independent numbers, drawn from N(offsets[i], 1), is the largest: [classes].

    That is the integral of the i-th density times the distribution functions of all the others.
    """
    distances = POINTS[:, None] - offsets  # [points, classes]
    density = np.exp(-(distances**2) / 2) / np.sqrt(2 * np.pi)
    below = np.maximum(np.asarray(ndtr(distances), np.float64), 1e-300)
    others_below = np.exp(np.log(below).sum(1, keepdims=True) - np.log(below))
    return np.trapezoid(density * others_below, POINTS, axis=0)


def offsets_for(wanted: np.ndarray) -> np.ndarray:
    """The offsets, with the mean 0, by which each class is chosen as often as wanted: [classes].

    Each round moves an offset by half the logarithm of how much too rare its class is.

    Args:
      wanted: the share of each class, [classes], with the sum 1.
    """
    wanted = np.maximum(wanted, RAREST)
    wanted = wanted / wanted.sum()
    offsets = np.zeros(len(wanted))
    for _ in range(ROUNDS):
        step = 0.5 * np.log(wanted / np.maximum(frequencies(offsets), 1e-12))
        offsets += step
        if np.abs(step).max() < 1e-6:
            break
    return offsets - offsets.mean()
