"""EMNIST and CIFAR-10, which are published as one archive each, from a small one that a test makes."""

import gzip
import hashlib
import io
import tarfile
import zipfile

import numpy as np
import pytest

from gan.data import downloads
from gan.data.datasets import load_dataset
from gan.data.downloads import DOWNLOADS
from gan.errors import InputError
from tests.data import kinds
from tests.data.make import digits, idx_bytes

EMNIST = {"train": (digits(6), np.array([1, 2, 3, 1, 2, 26])), "test": (digits(2), np.array([2, 1]))}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Where archives are published; and an empty cache."""
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def publish(name, monkeypatch, path, **changes):
    """Lets a data set be downloaded from this archive."""
    published = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}
    changes = {"home": f"{path.parent.as_uri()}/", "published": published, "counts": {}, **changes}
    changed = DOWNLOADS[name]._replace(**changes)
    monkeypatch.setitem(DOWNLOADS, name, changed)


def emnist_archive(home):
    with zipfile.ZipFile(home / "gzip.zip", "w") as archive:
        for split, (images, labels) in EMNIST.items():
            for kind, array in (("images-idx3", images.swapaxes(1, 2)), ("labels-idx1", labels)):
                for name in ("letters", "digits"):
                    content = gzip.compress(idx_bytes(array))
                    archive.writestr(f"gzip/emnist-{name}-{split}-{kind}-ubyte.gz", content)
    return home / "gzip.zip"


def test_emnist_is_taken_out_of_its_archive(home, tmp_path, monkeypatch):
    publish("emnist-letters", monkeypatch, emnist_archive(home))
    told = []
    dataset = load_dataset("emnist-letters", progress=lambda *done: told.append(done))
    np.testing.assert_array_equal(dataset.images[..., 0], EMNIST["train"][0])
    assert dataset.labels.tolist() == [0, 1, 2, 0, 1, 25]
    assert dataset.class_names == tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert told
    kept = {path.name for path in (tmp_path / "cache" / "emnist").iterdir()}
    assert "emnist-letters-test-labels-idx1-ubyte.gz" in kept
    assert not any("digits" in name for name in kept)
    (home / "gzip.zip").unlink()
    assert load_dataset("emnist-letters", "test").labels.tolist() == [1, 0], "from the cache"


def test_an_archive_that_a_person_put_there(home, tmp_path, monkeypatch):
    archive = emnist_archive(home)
    publish("emnist-letters", monkeypatch, archive)
    nowhere = DOWNLOADS["emnist-letters"]._replace(home=(home / "no").as_uri() + "/")
    monkeypatch.setitem(DOWNLOADS, "emnist-letters", nowhere)
    said = r"cannot download .*gzip\.zip .*put gzip\.zip .*into .*cache/emnist "
    with pytest.raises(InputError, match=said):
        load_dataset("emnist-letters")
    (tmp_path / "cache" / "emnist").mkdir(parents=True, exist_ok=True)
    archive.rename(tmp_path / "cache" / "emnist" / "gzip.zip")
    assert len(load_dataset("emnist-letters").images) == 6


def test_another_archive_is_not_kept(home, tmp_path, monkeypatch):
    publish("emnist-letters", monkeypatch, emnist_archive(home))
    (home / "gzip.zip").write_bytes(b"<html>Welcome to our network</html>")
    with pytest.raises(InputError, match="not the published file"):
        load_dataset("emnist-letters")
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_cifar_10_is_taken_out_of_its_archive(home, tmp_path, monkeypatch):
    kinds.cifar_binary(tmp_path)
    hashes = {}
    with tarfile.open(home / "cifar-10-binary.tar.gz", "w:gz") as archive:
        for path in tmp_path.glob("*.bin"):
            content = path.read_bytes()
            hashes[path.name] = hashlib.sha256(content).hexdigest()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{path.name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    publish("cifar-10", monkeypatch, home / "cifar-10-binary.tar.gz", sha256=hashes)
    dataset = load_dataset("cifar-10", size=32)
    assert dataset.images.shape == (10, 32, 32, 3)
    assert dataset.images[0, 0, 0].tolist() == [200, 50, 50]
    assert (dataset.classes, dataset.class_names[1]) == (10, "automobile")
    spoilt = downloads.folder_of("cifar-10") / "data_batch_1.bin"
    spoilt.write_bytes(spoilt.read_bytes()[::-1])
    with pytest.raises(InputError, match="its SHA-256 differs"):
        load_dataset("cifar-10")


def test_what_debian_has_is_said(home, monkeypatch):
    nowhere = DOWNLOADS["fashion-mnist"]._replace(home=(home / "no").as_uri() + "/")
    monkeypatch.setitem(DOWNLOADS, "fashion-mnist", nowhere)
    with pytest.raises(InputError, match="apt-get install dataset-fashion-mnist"):
        load_dataset("fashion-mnist")
