"""What cannot be read says why, and how to convert it, in one line."""

import gzip
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


def labels_of(label):
    def make(path):
        np.savez(path / "a.npz", images=digits(2), labels=np.array([1, label]))

    make.__name__ = f"labels_of_{label}"
    return make


def wild_numbers(path):
    np.savez(path / "a.npz", images=digits(3) * 7.5)


def no_pictures_in_npz(path):
    np.savez(path / "a.npz", weights=np.arange(5))


def an_npz_without_arrays(path):
    np.savez(path / "a.npz")


def csv_of_words(path):
    header = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    (path / "train.csv").write_text(f"{header}\n1,{','.join(['x'] * 784)}\n")


def csv_of_a_header_alone(path):
    (path / "train.csv").write_text(",".join(["label", *(f"pixel{i}" for i in range(784))]) + "\n")


def half_a_gzipped_csv(path):
    content = gzip.compress("\n".join(2 * [",".join(["0"] * 784)]).encode())
    (path / "train.csv.gz").write_bytes(content[: len(content) // 2])


def half_a_csv_in_utf_16(path):
    content = "\n".join(2 * [",".join(["0"] * 784)]).encode("utf-16")
    (path / "train.csv").write_bytes(content[:-11])


def a_csv_that_is_a_link_to_nothing(path):
    (path / "pixels.csv").symlink_to(path / "gone.csv")


def cifar_that_is_a_link_to_nothing(path):
    (path / "data_batch_1.bin").symlink_to(path / "gone.bin")


def a_damaged_zip(make, damage):
    """A .zip of one file, which has the bytes `damage` in place of some of its packed ones."""

    def packed(path):
        (path / "set").mkdir()
        make(path / "set")
        (file,) = (path / "set").iterdir()
        with zipfile.ZipFile(path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
        content = bytearray((path / "a.zip").read_bytes())
        start = 30 + len(file.name)  # of the packed bytes, behind the file's header
        content[start : start + len(damage)] = damage
        (path / "a.zip").write_bytes(content)
        return path / "a.zip"

    packed.__name__ = f"a_damaged_zip_of_{make.__name__}"
    return packed


def a_zip_with_a_name_that_is_no_text(path):
    with zipfile.ZipFile(path / "a.zip", "w") as archive:
        archive.writestr("é.png", b"x")
    content = (path / "a.zip").read_bytes()
    (path / "a.zip").write_bytes(content.replace("é".encode(), b"\xff\xff"))
    return path / "a.zip"


def npy_of_texts(path):
    np.save(path / "images.npy", np.full((3, 28, 28), "x"))


def infinite_pixels(path):
    np.savez(path / "a.npz", images=np.full((3, 28, 28), np.inf))


def labels_that_are_no_text(path):
    np.savez(path / "a.npz", images=digits(2), labels=np.array([b"\xff", b"a"]))


def class_names_that_are_no_text(path):
    np.savez(path / "a.npz", images=digits(2), labels=[0, 1], class_names=np.array([b"\xff", b"a"]))


def a_class_name_of_256_letters(path):
    np.savez(path / "a.npz", images=digits(2), labels=np.array(["b", "a" * 256]))


def two_classes_of_one_name(path):
    np.savez(path / "a.npz", images=digits(2), labels=[0, 1], class_names=np.array(["a", "a "]))


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
    *(
        (labels_of(label), "labels: of type float64, expected whole numbers of 64 bits, or texts")
        for label in (0.5, 1e300, np.inf, np.nan)
    ),
    (wild_numbers, "expected 0–255, 0–1 or −1–1"),
    (no_pictures_in_npz, "only weights .5.; call it images"),
    (an_npz_without_arrays, "no array of pictures; save them as images or x_train"),
    (csv_of_a_header_alone, r"train\.csv: no row of pixels below its header"),
    (half_a_gzipped_csv, r"train\.csv\.gz: not a complete gzip file .*; fetch it again"),
    (half_a_csv_in_utf_16, r"train\.csv: a cell is no number, or a row is shorter"),
    (a_csv_that_is_a_link_to_nothing, r"pixels\.csv: cannot be read .No such file or directory."),
    (cifar_that_is_a_link_to_nothing, r"data_batch_1\.bin: cannot be read .No such file"),
    (a_damaged_zip(csv_of_words, b"\xff"), r"train\.csv: cannot be read .it is damaged: Error -3"),
    (a_damaged_zip(wild_numbers, b"\xff"), r"a\.npz: NumPy cannot read it .it is damaged: Error -3"),
    (a_zip_with_a_name_that_is_no_text, r"a damaged \.zip, or none .*fetch or pack it again"),
    (npy_of_texts, "images: of type <U1, expected numbers"),
    (infinite_pixels, "images: numbers that are not finite, expected 0–255"),
    (labels_that_are_no_text, "labels: texts that are not in UTF-8; save them as str"),
    (class_names_that_are_no_text, "class_names: texts that are not in UTF-8"),
    (a_class_name_of_256_letters, "a… has a name of 256 letters; give it at most 255"),
    (two_classes_of_one_name, "2 classes are called a; give each a name of its own"),
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
