"""What was read, in one sentence that a person checks before a long run."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

MAX_CLASSES, FIRST_CLASSES = 12, 6  # up to so many classes are all named; of more, the first and the last
MAX_NAMED = 10  # damaged files that are named


def summarize(
    images: np.ndarray,
    class_names: Sequence[str] = (),
    left_out: Counter[str] | None = None,
    damaged: Sequence[str] = (),
    remarks: Sequence[str] = (),
) -> str:
    """A sentence without its full stop: "9 pictures, 28×28 in grey, 2 classes: cat, dog; 1 file left out: …".

    Args:
      images: uint8 [N, size, size, channels].
      left_out: kinds of files -> how many of them were not read.
      damaged: the names of files that could not be read.
    """
    count, height, width, channels = images.shape
    noun, kind = ("picture" if count == 1 else "pictures"), ("grey" if channels == 1 else "colour")
    sentence = [f"{count:,} {noun}, {height}×{width} in {kind}, {_classes(class_names)}"]
    reasons = [f"{number:,} {ending}" for ending, number in (left_out or Counter()).most_common()]
    if damaged:
        more = ", …" if len(damaged) > MAX_NAMED else ""
        reasons.append(f"{len(damaged):,} damaged ({', '.join(damaged[:MAX_NAMED])}{more})")
    if reasons:
        total = sum((left_out or Counter()).values()) + len(damaged)
        sentence.append(f"{total:,} {'file' if total == 1 else 'files'} left out: {', '.join(reasons)}")
    return "; ".join([*sentence, *remarks])


def _classes(names: Sequence[str]) -> str:
    if not names:
        return "no classes"
    shown = names if len(names) <= MAX_CLASSES else [*names[:FIRST_CLASSES], "…", names[-1]]
    return f"{len(names)} classes: {', '.join(shown)}"
