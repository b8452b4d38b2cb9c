"""Does a generator find all modes? `python -m gan modes CHECKPOINT [--seed 0] [--json]`.

Stacked MNIST, as in PacGAN (arXiv 1712.04086 §4.2.1) and VEEGAN: 26,000 samples of a generator of
three channels, each channel read by the digit classifier. A mode is one of the 1000 triples of
digits; it is found if one sample shows it. KL is that of the samples' modes from the uniform
distribution, in nats. The floor is what as many stacks of real test digits get.
"""

from typing import NamedTuple

import numpy as np

from gan.evaluation import classifier, metrics

SAMPLES = 26_000
MODES = 1000


class Count(NamedTuple):
    modes: int  # of 1000
    divergence: float  # KL(samples ‖ uniform), nats; empty modes count nothing


def count_modes(pictures: np.ndarray) -> Count:
    """Of stacks uint8 [N, 28, 28, 3]."""
    digits = [classifier.predict(pictures[..., channel : channel + 1]).digits for channel in range(3)]
    modes = 100 * digits[0] + 10 * digits[1] + digits[2]
    uniform = np.full(MODES, 1 / MODES)
    return Count(
        len(np.unique(modes)), metrics.kl_divergence(metrics.class_frequencies(modes, MODES), uniform)
    )
