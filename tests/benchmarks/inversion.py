"""How near the forgeries come to digits of the test set, and how long the search takes.

`python -m tests.benchmarks.inversion`
"""

import time

import numpy as np

from gan.data import datasets
from gan.exploring import inversion
from gan.exploring.explorer import Explorer
from tests.conftest import CHECKPOINTS

COUNT = 200


def main() -> None:
    test = datasets.load_dataset("mnist", "test")
    for name in ("mnist-digits", "mnist"):
        sampler = Explorer(CHECKPOINTS / f"{name}.safetensors").sampler
        inversion.invert(sampler, test.images[-1])  # compiles
        errors, seconds = [], []
        for picture in test.images[:COUNT]:
            start = time.perf_counter()
            errors.append(inversion.invert(sampler, picture).errors[0])
            seconds.append(time.perf_counter() - start)
        tenth, median, ninetieth = np.percentile(errors, (10, 50, 90))
        print(
            f"{name}: misses {median:.1%} of the ink (eight of ten: {tenth:.1%} to {ninetieth:.1%}), "
            f"{np.median(seconds):.2f} s (95th percentile {np.percentile(seconds, 95):.2f})"
        )


if __name__ == "__main__":
    main()
