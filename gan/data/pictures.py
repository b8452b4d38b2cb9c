"""Many pictures of any size and kind become one array, in parallel."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from PIL import Image

from gan.data.decoding import decode
from gan.data.files import File
from gan.data.treatment import SAMPLE, Treatment, decide, treat, treat_array
from gan.errors import InputError
from gan.stages import SIZES

MAX_DAMAGED = 0.01  # the share of files that may be damaged and left out
MAX_NAMED = 50  # damaged files that a message names

# Called with how much is done and how much there is to do (0: not known): pictures, or bytes of a download.
Progress = Callable[[int, int], None]


class Decoded(NamedTuple):
    """What became of a list of files."""

    images: np.ndarray  # uint8 [N, size, size, channels]
    origins: np.ndarray  # int64 [N] the index of the file that each is from: a TIFF may hold several
    damaged: list[str]  # the names of files that were left out
    treatment: Treatment


def decode_all(
    files: Sequence[File],
    size: int | None,
    polarity: str,
    progress: Progress | None = None,
    like: Sequence[File] | None = None,
) -> Decoded:
    """The pictures in files, all treated alike; a sample of them decides how, and which size if that is None.

    Args:
      like: files of pictures that decide in their place: those of the training split.
    Raises:
      InputError: more than `MAX_DAMAGED` of the files are damaged. The message names them.
    """
    pool = ThreadPoolExecutor(os.cpu_count())  # Pillow decodes and scales outside Python's lock
    images, origins, damaged = [], [], []
    like = files if like is None else like
    try:
        tried = pool.map(lambda i: _try(decode, like[i], size or SIZES[-1]), _spread(len(like)))
        sample = [picture for pictures in tried if not isinstance(pictures, str) for picture in pictures]
        treatment = decide(sample[:: max(1, len(sample) // SAMPLE)], size, polarity)  # a TIFF has many
        for i, found in enumerate(pool.map(lambda file: _treated(file, treatment), files)):
            if isinstance(found, str):
                damaged.append((files[i].name, found))
            else:
                images += found
                origins += [i] * len(found)
            if progress:
                progress(i + 1, len(files))
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C does not wait for those that have not begun
    if len(damaged) > MAX_DAMAGED * len(files):
        raise InputError(_too_many(damaged, len(files)))
    return Decoded(np.stack(images), np.array(origins), [name for name, _ in damaged], treatment)


def sample_of(images: np.ndarray) -> list[Image.Image]:
    """Some pictures of an array [N, H, W, 1 or 3], spread over it."""
    return [_to_picture(images[i]) for i in _spread(len(images))]


def treat_all(images: np.ndarray, treatment: Treatment, progress: Progress | None = None) -> np.ndarray:
    """Pictures uint8 [N, H, W, channels] that came as one array, treated: uint8 [N, size, size, channels]."""
    at_once = treat_array(images, treatment)
    if at_once is not None:
        return at_once
    treated = np.empty((len(images), treatment.size, treatment.size, treatment.channels), np.uint8)
    for i, image in enumerate(images):  # so quick, each, that threads would only wait for each other
        treated[i] = treat(_to_picture(image), treatment)
        if progress:
            progress(i + 1, len(images))
    return treated


def _spread(count: int) -> np.ndarray:
    """The indices of a sample of `count` pictures."""
    return np.linspace(0, count - 1, min(SAMPLE, count)).astype(int)


def _to_picture(image: np.ndarray) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(image[..., 0] if image.shape[-1] == 1 else image))


def _try(function: Callable, *arguments: object) -> object:
    """What a function returns, or the reason why it does not: Pillow's readers raise errors of many kinds."""
    try:
        return function(*arguments)
    except Exception as error:
        return " ".join(str(error).split()) or type(error).__name__


def _treated(file: File, treatment: Treatment) -> list[np.ndarray] | str:
    pictures = _try(decode, file, treatment.size)
    return pictures if isinstance(pictures, str) else [treat(picture, treatment) for picture in pictures]


def _too_many(damaged: list[tuple[str, str]], count: int) -> str:
    named = ", ".join(f"{name} ({reason})" for name, reason in damaged[:MAX_NAMED])
    more = f" and {len(damaged) - MAX_NAMED:,} more" if len(damaged) > MAX_NAMED else ""
    are = "is" if len(damaged) == 1 else "are"
    return (
        f"{len(damaged):,} of {count:,} pictures {are} damaged, and at most {MAX_DAMAGED:.0%} may be: "
        f"{named}{more}; delete or replace them"
    )
