"""Small data sets in every format, for tests: drawings, photographs, and the files that hold them."""

import gzip

import numpy as np
from PIL import Image

STEMS = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST_STEMS = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx_bytes(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    return header + array.astype(np.uint8).tobytes()


def write_idx(path, array):
    """An IDX file; gzipped if its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = idx_bytes(np.asarray(array))
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def digits(count, size=28, channels=0):
    """Pictures uint8 [count, size, size], or with a last axis of channels: light strokes on black."""
    images = np.zeros((count, size, size, max(channels, 1)), np.uint8)
    for i in range(count):
        images[i, size // 4 : 3 * size // 4, size // 4 + i % (size // 2)] = 255 - i % 20
    return images if channels else images[..., 0]


def drawing(size=28, ink=255, ground=0, mode="L", shift=0):
    """A stroke on a plain ground. `size` is a number, or a width and a height."""
    width, height = (size, size) if isinstance(size, int) else size
    picture = Image.new(mode, (width, height), ground)
    left = width // 3 + shift % max(1, width // 4)
    picture.paste(ink, (left, height // 4, left + max(1, width // 8), 3 * height // 4))
    return picture


def photograph(size=(40, 28), seed=0, mode="RGB"):
    """Colour everywhere, up to the borders; smooth, as a JPEG likes it."""
    few = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    return Image.fromarray(few).resize(size, Image.Resampling.BICUBIC).convert(mode)


def save(picture, path, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)


def save_drawings(folder, count=4, start=0, **options):
    for i in range(start, start + count):
        save(drawing(shift=i, **options), folder / f"{i}.png")
    return folder
