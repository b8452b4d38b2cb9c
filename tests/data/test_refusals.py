"""What cannot be read says why, and how to convert it, in one line."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from gan.data.datasets import load_dataset
from gan.errors import InputError
from tests.data.make import STEMS, digits, write_idx


def pickled(path):
    np.savez(path / "a.npz", images=np.array([None, 1]))


def nothing(path):
    (path / "notes.txt").write_text("x")


def two_sets(path):
    for name in ("letters", "balanced"):
        write_idx(path / f"emnist-{name}-{STEMS[0]}", digits(2))


def two_contents(path):
    write_idx(path / "MNIST" / "raw" / STEMS[0], digits(2))
    write_idx(path / "FashionMNIST" / "raw" / STEMS[0], digits(3))


def a_locked_zip(path):
    with zipfile.ZipFile(path / "a.zip", "w") as archive:
        archive.writestr("a.png", b"x")
    content = (path / "a.zip").read_bytes().replace(b"PK\3\4\x14\0\0", b"PK\3\4\x14\0\1")
    (path / "a.zip").write_bytes(content.replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"))
    return path / "a.zip"


def a_broken_zip(path):
    (path / "a.zip").write_bytes(b"PK\3\4 no more")
    return path / "a.zip"


def a_zip_in_a_zip(path):
    a_locked_zip(path)
    with zipfile.ZipFile(path / "b.zip", "w") as archive:
        archive.write(path / "a.zip", "a.zip")
    return path / "b.zip"


def a_bomb(path):
    with zipfile.ZipFile(path / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a.png", bytes(101_000_000))
    return path / "a.zip"


def no_picture(path):
    (path / "a.png").write_bytes(b"<html>")
    (path / "b.png").write_bytes(b"")


def too_many_pixels(path):
    """Of the first, Pillow warns; the others promise more than it takes, or more than is taken here."""
    for name, width in (("a", 10_000), ("b", 13_000), ("c", 50_000)):
        content = io.BytesIO()
        Image.new("1", (1, 1)).save(content, "PNG")
        chunk = struct.pack(">4s2I5B", b"IHDR", width, 10_000, 1, 0, 0, 0, 0)
        header = chunk + struct.pack(">I", zlib.crc32(chunk))
        (path / f"{name}.png").write_bytes(content.getvalue()[:12] + header + content.getvalue()[33:])


def wrong_labels(path):
    np.savez(path / "a.npz", images=digits(3), labels=[1, 2])


def wild_numbers(path):
    np.savez(path / "a.npz", images=digits(3) * 7.5)


def no_pictures_in_npz(path):
    np.savez(path / "a.npz", weights=np.arange(5))


def csv_of_words(path):
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    (path / "train.csv").write_text(f"{header}\n1,{','.join(['x'] * 784)}\n")


def ending(name):
    def make(path):
        (path / name).write_bytes(b"x")

    make.__name__ = name
    return make


REFUSED = [  # what makes it, and what the message says
    (nothing, "no pictures; expected pictures"),
    (pickled, r"a\.npz: an array of Python objects, .*save plain ones"),
    (two_sets, "several sets lie here together .emnist-balanced, emnist-letters."),
    (two_contents, "differ; name the folder of one of them"),
    (a_locked_zip, r"1 of 1 pictures is damaged.*a\.png .it is locked by a password.; delete"),
    (a_broken_zip, r"a damaged \.zip, or none .*fetch or pack it again"),
    (a_zip_in_a_zip, r"1 \.zip: give the path of one \.zip, or unpack it"),
    (a_bomb, r"a\.png .it would fill 101 MB of memory."),
    (no_picture, r"a\.png .it is no picture., b\.png .it is empty.;"),
    (too_many_pixels, r"b\.png .more than 120 million pixels., c\.png .more than 120 million pixels.;"),
    (wrong_labels, "3 pictures, but 2 numbers in labels; the two must match"),
    (wild_numbers, "expected 0–255, 0–1 or −1–1"),
    (no_pictures_in_npz, "only weights .5.; call it images"),
    (csv_of_words, r"train\.csv: a cell is no number, .*could not convert string 'x'"),
    (ending("a.heic"), "1 .heic: save them as JPEG"),
    (ending("a.mp4"), "ffmpeg"),
    (ending("a.pkl"), "np.savez"),
    (ending("a.mat"), "scipy.io.loadmat"),
    (ending("a.h5"), "h5py"),
    (ending("a.tar"), "pack it as .zip"),
    (ending("data_batch_1"), "the name cifar-10"),
]


@pytest.mark.parametrize(("make", "said"), REFUSED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_cannot_be_read_says_why_in_one_line(make, said, tmp_path):
    path = make(tmp_path) or tmp_path
    with pytest.raises(InputError, match=said) as error:
        load_dataset(str(path))
    assert str(error.value).startswith(str(path))
    assert str(error.value).count(f"{path}: ") == 1
    assert "\n" not in str(error.value)
