"""Whether a generator finds all modes of its data: `python -m gan modes CHECKPOINT [--seed 0] [--json]`.

The benchmark is stacked MNIST, as in VEEGAN (Srivastava et al. 2017, arXiv 1705.07761) and PacGAN (Lin et al.
2018, arXiv 1712.04086, §4.2.1): 26,000 samples of a generator with three channels, where the digit classifier
reads each channel. A mode is one of the 1000 triples of digits, and it is found if one sample shows it.
"""

from typing import NamedTuple

import numpy as np

from gan.evaluation import classifier, metrics

SAMPLES = 26_000
MODES = 1000


class ModeCoverage(NamedTuple):
    """How many modes samples show, and how evenly."""

    modes: int  # of 1000
    kl_divergence: float  # of the samples' modes from the uniform distribution, in nats


def mode_coverage(images: np.ndarray) -> ModeCoverage:
    """The modes that stacked digits show, uint8 [N, 28, 28, 3]."""
    red, green, blue = (classifier.predict(images[..., channel, None]).labels for channel in range(3))
    modes = 100 * red + 10 * green + blue  # [N]
    uniform = np.full(MODES, 1 / MODES)
    kl = metrics.kl_divergence(metrics.class_frequencies(modes, MODES), uniform)
    return ModeCoverage(len(np.unique(modes)), kl)
