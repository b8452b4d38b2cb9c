"""Real digits for the game in Learn: the first 1,000 of MNIST's test set, as one small file.

No network was trained on them: they are as new to the discriminator as to the player.
"""

import functools
import gzip

from gan.data import datasets

ADDRESS = "digits/first-test-digits.gz"
COUNT = 1000


@functools.cache
def pack() -> bytes:
    """About 160 kB, gzip: COUNT labels, one byte each, and then their pictures, one byte a pixel."""
    test = datasets.load_dataset("mnist", "test")
    labels, images = test.labels[:COUNT].astype("uint8"), test.images[:COUNT]
    return gzip.compress(labels.tobytes() + images.tobytes(), mtime=0)
