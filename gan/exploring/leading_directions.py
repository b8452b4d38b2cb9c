"""The directions of z along which pictures change most."""

from collections.abc import Callable

import numpy as np

from gan.networks import latents


def leading_directions(
    generate: Callable[[np.ndarray], np.ndarray], z_dim: int, count: int, samples: int = 64
) -> np.ndarray:
    """The unit directions of z along which pictures change most, over the whole latent space.

    They are the leading eigenvectors of E_z[JᵀJ], J the generator's Jacobian (the active subspace
    of Constantine et al. 2014, SIAM J. Sci. Comput. 36), J by central differences. Unlike the
    eigenvectors of the first layer's weights alone, they count what all of G makes of z.

    Args:
      generate: z [N, z_dim] -> pictures [N, …], any scale.
      samples: how many z the average is over.
    Returns:
      directions float32 [count, z_dim], signed so that the largest entry of each is positive.
    """
    step = 0.25  # of the standard deviation: the slope over a distance that can be seen
    centres = latents.stream(0, samples, z_dim)
    shifts = step * np.eye(z_dim, dtype=np.float32)
    probes = centres[:, None] + np.concatenate([shifts, -shifts])  # [samples, 2 · z_dim, z_dim]
    pictures = generate(probes.reshape(-1, z_dim)).reshape(samples, 2, z_dim, -1).astype(np.float32)
    jacobian = (pictures[:, 0] - pictures[:, 1]) / (2 * step)  # [samples, z_dim, pixels]
    _, vectors = np.linalg.eigh(np.tensordot(jacobian, jacobian, ((0, 2), (0, 2))))  # ascending
    directions = vectors[:, ::-1][:, :count].T
    peak = np.take_along_axis(directions, np.argmax(np.abs(directions), axis=1)[:, None], axis=1)
    return (directions * np.sign(peak)).astype(np.float32)
