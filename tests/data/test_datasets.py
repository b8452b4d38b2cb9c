import functools
import gzip
import hashlib
import http.server
import re
import shutil
import struct
import threading

import numpy as np
import pytest
from PIL import Image

from gan.data import datasets
from gan.data.downloads import DOWNLOADS, Download
from gan.errors import InputError
from tests.data.make import STEMS, digits, write_idx

HUGE = bytes([0, 0, 8, 3]) + 2 * bytes([128, 0, 0, 0]) + bytes([0, 0, 0, 4])  # 2³¹ × 2³¹ × 4 pictures


@pytest.fixture
def idx(tmp_path):
    write_idx(tmp_path / f"{STEMS[0]}.gz", np.arange(5 * 784).reshape(5, 28, 28) % 256)
    write_idx(tmp_path / STEMS[1], np.arange(5))
    return tmp_path


def test_bundled_mnist_is_whole(mnist):
    assert mnist.images.shape == (60_000, 28, 28, 1)
    assert mnist.images.dtype == np.uint8
    assert np.bincount(mnist.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert mnist.classes == 10
    test = datasets.load_dataset("mnist", "test")
    assert test.images.shape == (10_000, 28, 28, 1)
    assert test.labels[:5].tolist() == [7, 2, 1, 0, 4]


def test_a_set_with_a_name_is_not_inverted():
    """The digit classifier that its figures are computed with would read one in ten."""
    for name in ("mnist", datasets.STACKED):
        with pytest.raises(InputError, match=f"{name} is taken as it was published; leave it out"):
            datasets.load_dataset(name, polarity="invert")
    assert datasets.load_dataset(polarity="auto").images[0, 0, 0] == 0


def test_bundled_mnist_is_checked(tmp_path, monkeypatch):
    shutil.copytree(datasets.BUNDLED / "mnist", tmp_path / "mnist")
    path = tmp_path / "mnist" / f"{STEMS[1]}.gz"
    raw = bytearray(gzip.decompress(path.read_bytes()))
    raw[100] ^= 1
    path.write_bytes(gzip.compress(bytes(raw)))
    monkeypatch.setattr(datasets, "BUNDLED", tmp_path)
    with pytest.raises(InputError, match="SHA-256"):
        datasets.load_dataset("mnist")


def test_a_folder_of_idx_files(idx):
    dataset = datasets.load_dataset(str(idx))
    assert dataset.images.shape == (5, 28, 28, 1)
    assert dataset.labels.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda p: p.write_bytes(p.read_bytes()[:200]), "gzip"),
        (lambda p: p.write_bytes(b""), "gzip|empty"),
        (lambda p: p.write_bytes(gzip.compress(b"")), "empty"),
        (lambda p: p.write_bytes(gzip.compress(gzip.decompress(p.read_bytes())[:-10])), "truncated"),
        (lambda p: write_idx(p, np.zeros(5)), "IDX header"),
        (lambda p: write_idx(p, np.zeros((0, 28, 28))), "no entries"),
        (
            lambda p: p.write_bytes(
                gzip.compress(bytes([0, 0, 8, 3, 128, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 4]))
            ),
            "promises",
        ),
        (lambda p: write_idx(p, np.zeros((4, 28, 28))), "4 pictures but 5 labels"),
        (lambda p: p.unlink(), "no train-images-idx3-ubyte"),
    ],
)
def test_a_bad_idx_file_names_itself(idx, spoil, word):
    spoil(idx / f"{STEMS[0]}.gz")
    with pytest.raises(InputError, match=word) as error:
        datasets.load_dataset(str(idx))
    assert str(idx) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["mnits", "a" * 5000, "a\0b"])
def test_an_unknown_name(name):
    with pytest.raises(InputError, match="fashion-mnist"):
        datasets.load_dataset(name)


def test_a_folder_without_anything(tmp_path):
    with pytest.raises(InputError, match="no pictures"):
        datasets.load_dataset(str(tmp_path))


@pytest.mark.parametrize("ground", ["white", "black"])
def test_pictures_are_fitted_and_turned_light_on_dark(tmp_path, ground):
    ink = "black" if ground == "white" else "white"
    for i, (size, suffix, mode) in enumerate(
        [((100, 60), "png", "RGB"), ((28, 28), "bmp", "L"), ((30, 50), "jpg", "RGB")]
    ):
        picture = Image.new(mode, size, ground)
        picture.paste(ink, (size[0] // 3, size[1] // 3, 2 * size[0] // 3, 2 * size[1] // 3))
        picture.save(tmp_path / f"{i}.{suffix}")
    dataset = datasets.load_dataset(str(tmp_path))
    assert dataset.images.shape == (3, 28, 28, 1)
    assert dataset.labels is None
    assert dataset.images[:, 0].max() < 40
    assert dataset.images[:, 13:15, 13:15].min() > 200


def test_pictures_of_16_bits(tmp_path):
    wide = np.zeros((28, 28), np.uint16)
    wide[10:18, 10:18] = 60_000
    wide[12:16, 12:16] = 30_000
    Image.fromarray(wide).save(tmp_path / "wide.png")
    picture = datasets.load_dataset(str(tmp_path)).images[0, :, :, 0]
    assert picture[0, 0] == 0
    assert picture[11, 11] > 200
    assert 100 < picture[14, 14] < 160


def test_a_very_thin_picture(tmp_path):
    Image.new("L", (1, 200)).save(tmp_path / "thin.png")
    assert datasets.load_dataset(str(tmp_path)).images.shape == (1, 28, 28, 1)


def test_sub_folders_are_classes(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        Image.new("L", (28, 28)).save(tmp_path / name / "0.png")
    assert datasets.load_dataset(str(tmp_path)).labels.tolist() == [0, 1]


def test_a_picture_that_is_none(tmp_path):
    (tmp_path / "a.png").write_bytes(b"not a picture")
    with pytest.raises(InputError, match=r"a\.png"):
        datasets.load_dataset(str(tmp_path))


def exif(*entries, offset=8):
    """An EXIF block of (tag, type, count, value) as they stand in the file, little-endian."""
    content = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"Exif\0\0II*\0" + struct.pack("<IH", offset, len(entries)) + content + bytes(4)


TURNED = (0x0112, 3, 1, 6)  # Orientation: a quarter turn
BROKEN = {
    "no header": b"Exif\0\0nonsense",
    "nothing": b"Exif\0\0",
    "a header alone": b"Exif\0\0II*\0",
    "an offset beyond its end": exif(TURNED, offset=10**6),
    "an orientation of text": exif((0x0112, 2, 1, 6)),
    "an orientation of fractions": exif((0x0112, 5, 1, 8)),
    "an orientation of no turn": exif((0x0112, 3, 1, 99)),
    "an orientation of floats": exif((0x0112, 12, 1, 8)),
    "an unknown type": exif((0x0112, 99, 1, 6)),
    "half of an entry": exif(TURNED)[:-9],
}


def write_half(path, block):
    """A picture of twice its height with ink in its upper half, and with this EXIF block."""
    picture = Image.new("L", (20, 40), 0)
    picture.paste(255, (0, 0, 20, 20))
    picture.save(path, exif=block)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_picture_whose_exif_is_broken_is_used_as_it_is(tmp_path, name, ending):
    write_half(tmp_path / f"a.{ending}", BROKEN[name])
    picture = datasets.load_dataset(str(tmp_path)).images[0, :, :, 0]
    assert picture[7, 14] > 200 > 60 > picture[21, 14]


@pytest.mark.parametrize(
    "other",
    [
        (0x011A, 5, 1, 0),  # XResolution, of a fraction that lies outside
        (0x010F, 3, 1, 7),  # Make, a number
        (0x8769, 2, 3, 0x616161),  # the place of more tags, a text
        (0x0103, 4, 1, 70_000),  # Compression, more than its two bytes hold
        (0x0103, 2, 4, 0x616161),  # the same, a text
        (0x011A, 2, 4, 0x616161),  # XResolution, a text
        (0x0131, 99, 1, 1),  # Software, of an unknown type
        (0x9003, 12, 1000, 8),  # more numbers than there are
    ],
)
def test_a_picture_is_turned_though_another_tag_is_broken(tmp_path, other):
    write_half(tmp_path / "a.jpg", exif(*sorted([TURNED, other])))
    picture = datasets.load_dataset(str(tmp_path)).images[0, :, :, 0]
    assert picture[14, 21] > 200 > 60 > picture[14, 7]


def test_transparent_pictures_keep_their_ink(tmp_path):
    picture = Image.new("RGBA", (28, 28), (0, 0, 0, 0))
    picture.paste((255, 255, 255, 255), (10, 10, 18, 18))
    picture.save(tmp_path / "light.png")
    assert datasets.load_dataset(str(tmp_path)).images[0, 14, 14, 0] > 200
    assert datasets.load_dataset(str(tmp_path)).images[0, 0, 0, 0] < 40


def test_a_download_is_checked_and_cached(idx, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    hashes = {}
    for stem in STEMS:
        source = idx / f"{stem}.gz"
        content = source.read_bytes() if source.exists() else gzip.compress((idx / stem).read_bytes())
        (home / f"{stem}.gz").write_bytes(content)
        hashes[stem] = hashlib.sha256(content).hexdigest()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(home))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    address = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setitem(DOWNLOADS, "kmnist", Download(address, {}, hashes))
    assert len(datasets.load_dataset("kmnist").images) == 5
    server.shutdown()
    server.server_close()
    assert len(datasets.load_dataset("kmnist").images) == 5  # from the cache

    (tmp_path / "cache" / "kmnist" / f"{STEMS[0]}.gz").write_bytes(b"spoilt")
    with pytest.raises(InputError, match="not a complete gzip file"):
        datasets.load_dataset("kmnist")
    monkeypatch.setitem(DOWNLOADS, "fashion-mnist", Download(address, hashes, {}))
    with pytest.raises(InputError, match=r"put train-images-idx3-ubyte\.gz, .* into .*fashion-mnist"):
        datasets.load_dataset("fashion-mnist")


def test_a_set_without_public_hashes_of_its_content_is_known_by_its_form(tmp_path, monkeypatch):
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path))
    monkeypatch.setitem(DOWNLOADS, "kmnist", Download("", {}, {}, counts={"train": 20}))
    wrong = "not the published kmnist: {} pictures of {}×{} in {} classes, expected 20 of 28×28 in 10; delete"
    for count, size, classes in ((20, 28, 10), (19, 28, 10), (20, 32, 10), (20, 28, 9), (22, 28, 11)):
        write_idx(tmp_path / "kmnist" / STEMS[0], digits(count, size))
        write_idx(tmp_path / "kmnist" / STEMS[1], np.arange(count) % classes)
        if (count, size, classes) == (20, 28, 10):
            assert datasets.load_dataset("kmnist").class_names[:2] == ("お", "き")
        else:
            with pytest.raises(InputError, match=re.escape(wrong.format(count, size, size, classes))):
                datasets.load_dataset("kmnist")


@pytest.mark.parametrize(
    "wrong", [b"<html>Welcome to our network</html>", gzip.compress(b"another", mtime=0)]
)
@pytest.mark.parametrize("hashes", [({}, {STEMS[0]: "0" * 32}), ({STEMS[0]: "0" * 64}, {})])
def test_a_wrong_download_is_not_kept(tmp_path, monkeypatch, wrong, hashes):
    """A portal that answers everything with a page of its own."""
    (tmp_path / f"{STEMS[0]}.gz").write_bytes(wrong)
    home = tmp_path.as_uri() + "/"
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(DOWNLOADS, "kmnist", Download(home, *hashes))
    with pytest.raises(InputError, match="cannot download"):
        datasets.load_dataset("kmnist")
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("form", ["gzipped anew", "uncompressed"])
def test_files_that_a_person_put_there_are_known_by_their_content(idx, tmp_path, monkeypatch, form):
    """Another program's gzip of the same content is another file, with another hash."""
    folder = tmp_path / "cache" / "fashion-mnist"
    folder.mkdir(parents=True)
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    contents = gzip.decompress((idx / f"{STEMS[0]}.gz").read_bytes()), (idx / STEMS[1]).read_bytes()
    hashes = {stem: hashlib.sha256(each).hexdigest() for stem, each in zip(STEMS, contents, strict=True)}
    nowhere = (tmp_path / "nowhere").as_uri() + "/"
    monkeypatch.setitem(DOWNLOADS, "fashion-mnist", Download(nowhere, hashes, {}))
    with pytest.raises(InputError, match=r"put train-images-idx3-ubyte\.gz, .*without \.gz\) into"):
        datasets.load_dataset("fashion-mnist")
    for stem, content in zip(STEMS, contents, strict=True):
        if form == "uncompressed":
            (folder / stem).write_bytes(content)
        else:
            (folder / f"{stem}.gz").write_bytes(gzip.compress(content, compresslevel=1, mtime=5))
    assert len(datasets.load_dataset("fashion-mnist").images) == 5
    next(folder.glob(f"{STEMS[1]}*")).unlink()
    write_idx(folder / f"{STEMS[1]}.gz", np.arange(5)[::-1])
    with pytest.raises(InputError, match="its SHA-256 differs"):
        datasets.load_dataset("fashion-mnist")


def test_stacks_are_three_digits_drawn_once():
    stacked = datasets.load_dataset("stacked-mnist", "test")
    assert stacked.images.shape == (26_000, 28, 28, 3)
    assert stacked.labels is None
    digits = {image.tobytes() for image in datasets.load_dataset("mnist", "test").images}
    assert {image.tobytes() for image in np.moveaxis(stacked.images[:50], 3, 0).reshape(-1, 784)} <= digits
    np.testing.assert_array_equal(
        stacked.images[:50], datasets.load_dataset("stacked-mnist", "test").images[:50]
    )
