"""The directions of z along which images change most."""

from collections.abc import Callable

import numpy as np

from gan.networks import latents


def leading_directions(
    generate: Callable[[np.ndarray], np.ndarray], z_dim: int, count: int, samples: int = 64
) -> np.ndarray:
    """The directions of z along which images change most, on average over the whole latent space.

    They are the leading eigenvectors of E_z[JᵀJ], where J is the generator's Jacobian (the active subspace of
    Constantine et al. 2014, SIAM J. Sci. Comput. 36). J is computed by central differences. The eigenvectors
    of the first layer's weights alone would leave out what the later layers do.

    Args:
      generate: makes images [N, …], of any scale, of z [N, z_dim].
      z_dim: how many numbers z has.
      count: how many directions are wanted.
      samples: how many z the average is over.
    Returns:
      float32 [count, z_dim], each of length 1 and with a positive largest entry.
    """
    step = 0.25  # standard deviations of z: far enough for a change that can be seen
    centres = latents.stream(0, samples, z_dim)
    shifts = step * np.eye(z_dim, dtype=np.float32)
    probes = centres[:, None] + np.concatenate([shifts, -shifts])  # [samples, 2 · z_dim, z_dim]
    images = generate(probes.reshape(-1, z_dim)).reshape(samples, 2, z_dim, -1).astype(np.float32)
    jacobian = (images[:, 0] - images[:, 1]) / (2 * step)  # [samples, z_dim, pixels]
    _, vectors = np.linalg.eigh(np.tensordot(jacobian, jacobian, ((0, 2), (0, 2))))  # ascending
    directions = vectors[:, ::-1][:, :count].T
    peak = np.take_along_axis(directions, np.argmax(np.abs(directions), axis=1)[:, None], axis=1)
    return (directions * np.sign(peak)).astype(np.float32)
