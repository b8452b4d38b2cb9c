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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from gan import cache
from gan.data.cifar import FILES as CIFAR_FILES
from gan.data.idx import FILE_STEMS
from gan.errors import InputError

TIMEOUT_SECONDS = 20  # for each answer of the server
CHUNK_BYTES = 1 << 20
MAX_BYTES = 600_000_000  # of one file; none that is published here has more
IDX_STEMS = tuple(stem for stems in FILE_STEMS.values() for stem in stems)

Progress = Callable[[int, int], None]  # called with the bytes that have come, and all, or 0 if not known


class Download(NamedTuple):
    """Where a data set is published, and its hashes by the files' names without .gz."""

    home: str  # the public address of the folder of files
    sha256: dict[str, str]  # of the uncompressed files, wherever they come from
    md5: dict[str, str]  # of the files as published, where that is all that is known of them
    archive: str = ""  # the one file that holds all; "": each is published as a .gz of its own
    stems: tuple[str, ...] = IDX_STEMS  # the names of the files, without .gz
    folder: str = ""  # in the cache folder; "": the set's name
    elsewhere: str = ""  # another way to the same files, for a message
    nbytes: int = 0  # that the training split downloads


def _emnist(name: str) -> Download:
    """One set of EMNIST. All are published in one archive of 560 MB."""
    stems = tuple(f"{name}-{stem.replace('t10k', 'test')}" for stem in IDX_STEMS)
    md5 = {"gzip.zip": "58c8d27c78d21e728a6bc7b3cc06412e"}
    home = "https://biometrics.nist.gov/cs_links/EMNIST/"
    return Download(home, {}, md5, "gzip.zip", stems, "emnist", nbytes=561_753_746)


DOWNLOADS = {
    "fashion-mnist": Download(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        sha256={
            "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        md5={},
        elsewhere="Debian has them too: apt-get install dataset-fashion-mnist, then give the folder "
        "/usr/share/datasets/fashion-mnist instead of the name",
        nbytes=26_451_395,
    ),
    "kmnist": Download(
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        sha256={},
        md5={
            "train-images-idx3-ubyte": "bdb82020997e1d708af4cf47b453dcf7",
            "train-labels-idx1-ubyte": "e144d726b3acfaa3e44228e80efcd344",
            "t10k-images-idx3-ubyte": "5c965bf0a639b31b8f53240b1b52f4d7",
            "t10k-labels-idx1-ubyte": "7320c461ea6c1c855c0b718fb2a4b134",
        },
        nbytes=18_194_632,
    ),
    "emnist-letters": _emnist("emnist-letters"),
    "emnist-balanced": _emnist("emnist-balanced"),
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
        md5={"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"},
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
                _fetch_file(url, path, download.md5.get(stem), download.sha256.get(stem), progress)
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


def _fetch_file(url: str, path: Path, md5: str | None, sha256: str | None, progress: Progress | None) -> None:
    """Downloads a .gz file. A broken or wrong file never gets the final name.

    Args:
      md5: the hash that the file must have, if it is known.
      sha256: the hash that its uncompressed content must have, if it is known.
    """
    content = b"".join(_chunks(url, progress))
    unpacked = gzip.decompress(content)
    md5_differs = md5 is not None and hashlib.md5(content).hexdigest() != md5
    sha256_differs = sha256 is not None and hashlib.sha256(unpacked).hexdigest() != sha256
    if md5_differs or sha256_differs:
        raise ValueError("what came is not the published file")
    _write(path, [content])


def _fetch_archive(url: str, folder: Path, download: Download, progress: Progress | None) -> None:
    """Downloads an archive, or takes it where a person has put it, and unpacks the wanted files."""
    path = folder / download.archive
    if not path.exists():
        known = hashlib.md5()
        partial = _write(path, _hashed(_chunks(url, progress), known), is_final=False)
        if known.hexdigest() != download.md5[download.archive]:
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
