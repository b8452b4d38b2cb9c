"""The data sets that are downloaded once, checked by their hashes, and then kept in the cache folder."""

import gzip
import hashlib
import http.client
import os
import re
import tarfile
import urllib.request
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from gan import cache
from gan.data.cifar import FILES as CIFAR_FILES
from gan.data.idx import FILE_STEMS
from gan.data.pictures import Progress
from gan.errors import InputError

TIMEOUT_SECONDS = 20  # for each answer of the server
CHUNK_BYTES = 1 << 20
MAX_BYTES = 600_000_000  # of one file; none that is published here has more
IDX_STEMS = tuple(stem for stems in FILE_STEMS.values() for stem in stems)


class Download(NamedTuple):
    """Where a data set is published, and how its files are known: SHA-256 hashes, in hexadecimal digits.

    Of KMNIST and EMNIST only the hashes of the compressed files are public (TensorFlow Datasets lists them,
    `url_checksums/`). These are compared as a file comes. A person who unpacks the files, or packs them
    anew, has others. So whenever the set is read, the number of its pictures, their size and its classes are
    checked too.
    """

    home: str  # the public address of the folder of files
    sha256: dict[str, str]  # by stem: of the uncompressed file, wherever it comes from
    published: dict[str, str]  # by stem, or of the archive: of the compressed file
    counts: Mapping[str, int] = MappingProxyType({})  # pictures, by split, where `sha256` does not tell
    archive: str = ""  # the one file that holds all; "": each is published as a .gz of its own
    stems: tuple[str, ...] = IDX_STEMS  # the names of the files, without .gz
    folder: str = ""  # in the cache folder; "": the set's name
    elsewhere: str = ""  # another way to the same files, for a message
    nbytes: int = 0  # that the training split downloads


def _emnist(name: str, counts: dict[str, int]) -> Download:
    """One set of EMNIST. All are published in one archive of 560 MB."""
    stems = tuple(f"{name}-{stem.replace('t10k', 'test')}" for stem in IDX_STEMS)
    published = {"gzip.zip": "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e"}
    home = "https://biometrics.nist.gov/cs_links/EMNIST/"
    return Download(home, {}, published, counts, "gzip.zip", stems, "emnist", nbytes=561_753_746)


DOWNLOADS = {
    "fashion-mnist": Download(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        sha256={
            "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        published={},
        elsewhere="Debian has them too: apt-get install dataset-fashion-mnist, then give the folder "
        "/usr/share/datasets/fashion-mnist instead of the name",
        nbytes=26_451_395,
    ),
    "kmnist": Download(
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        sha256={},
        published={
            "train-images-idx3-ubyte": "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            "train-labels-idx1-ubyte": "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            "t10k-images-idx3-ubyte": "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            "t10k-labels-idx1-ubyte": "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        },
        counts={"train": 60_000, "test": 10_000},
        nbytes=18_194_632,
    ),
    "emnist-letters": _emnist("emnist-letters", {"train": 124_800, "test": 20_800}),
    "emnist-balanced": _emnist("emnist-balanced", {"train": 112_800, "test": 18_800}),
    "cifar-10": Download(
        "https://www.cs.toronto.edu/~kriz/",
        sha256={
            "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
            "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
            "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
            "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
            "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
            "test_batch.bin": "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
        },
        published={
            "cifar-10-binary.tar.gz": "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
        },
        archive="cifar-10-binary.tar.gz",
        stems=tuple(name for names in CIFAR_FILES.values() for name in names),
        nbytes=170_052_171,
    ),
}


def folder_of(name: str) -> Path:
    """The folder in which the files of a data set are kept, or may be put by a person."""
    return cache.folder() / (DOWNLOADS[name].folder or name)


def fetch(name: str, split: str, progress: Progress | None = None) -> None:
    """Downloads the files of one split that are not in the set's folder yet; of an archive, those of all.

    Args:
      name: a key of `DOWNLOADS`.
      split: "train" or "test".
    Raises:
      InputError: a file cannot be downloaded. The message says which files to put into which folder.
    """
    download, folder = DOWNLOADS[name], folder_of(name)
    first = "train" if split == "train" else "test|t10k"
    stems = [stem for stem in download.stems if download.archive or re.match(first, stem)]
    url = download.home
    try:
        if download.archive:
            url = f"{download.home}{download.archive}"
            _fetch_archive(url, folder, download, progress)
        for stem in () if download.archive else stems:
            url, path = f"{download.home}{stem}.gz", folder / f"{stem}.gz"
            if not path.exists() and not (folder / stem).exists():
                _fetch_file(url, path, download.published.get(stem), download.sha256.get(stem), progress)
    except (OSError, EOFError, ValueError, zlib.error, http.client.HTTPException, zipfile.BadZipFile,
            tarfile.TarError) as error:  # fmt: skip
        raise InputError(_how_to_help(name, url, error)) from error


def _how_to_help(name: str, url: str, error: Exception) -> str:
    download = DOWNLOADS[name]
    if download.archive:
        wanted = f"{download.archive} (or what is in it)"
    else:
        wanted = ", ".join(f"{stem}.gz" for stem in download.stems) + " (or the same without .gz)"
    other = f"; {download.elsewhere}" if download.elsewhere else ""
    return f"cannot download {url} ({error}); put {wanted} into {folder_of(name)} and try again{other}"


def _fetch_file(
    url: str, path: Path, published: str | None, sha256: str | None, progress: Progress | None
) -> None:
    """Downloads a .gz file. A broken or wrong file never gets the final name.

    Args:
      published: the SHA-256 that the file must have, if it is known.
      sha256: the SHA-256 that its uncompressed content must have, if it is known.
    """
    content = b"".join(_chunks(url, progress))
    for known, part in ((published, content), (sha256, gzip.decompress(content))):
        if known is not None and hashlib.sha256(part).hexdigest() != known:
            raise ValueError("what came is not the published file")
    _write(path, [content])


def _fetch_archive(url: str, folder: Path, download: Download, progress: Progress | None) -> None:
    """Downloads an archive, or takes it where a person has put it, and unpacks the wanted files."""
    path = folder / download.archive
    if not path.exists():
        known = hashlib.sha256()
        partial = _write(path, _hashed(_chunks(url, progress), known), is_final=False)
        if known.hexdigest() != download.published[download.archive]:
            partial.unlink()
            raise ValueError("what came is not the published file")
        partial.replace(path)
    for name, content in _members(path, set(download.stems)):
        _write(folder / name, [content])


def _hashed(chunks: Iterator[bytes], known: "hashlib._Hash") -> Iterator[bytes]:
    for chunk in chunks:
        known.update(chunk)
        yield chunk


def _members(path: Path, stems: set[str]) -> Iterator[tuple[str, bytes]]:
    """The name, without its folders, and the content of each wanted file of a .zip or a .tar.gz."""

    def is_wanted(name: str) -> bool:
        return name.rpartition("/")[2].removesuffix(".gz") in stems

    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            for name in filter(is_wanted, archive.namelist()):
                yield name.rpartition("/")[2], archive.read(name)
    else:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile() and is_wanted(member.name):
                    yield member.name.rpartition("/")[2], archive.extractfile(member).read()


def _chunks(url: str, progress: Progress | None) -> Iterator[bytes]:
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
        total, done = int(response.headers.get("Content-Length") or 0), 0
        while chunk := response.read(CHUNK_BYTES):
            done += len(chunk)
            if done > MAX_BYTES:
                raise ValueError(f"more than {MAX_BYTES:,} bytes came")
            if progress:
                progress(done, total)
            yield chunk
        if done < total:
            raise EOFError(f"{done:,} of {total:,} bytes came")


def _write(path: Path, chunks: "Iterator[bytes] | list[bytes]", is_final: bool = True) -> Path:
    """Writes a file that gets its name when it is whole, or keeps its other name unless `is_final`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            file.writelines(chunks)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return partial.replace(path) if is_final else partial
