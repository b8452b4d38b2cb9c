"""The data sets that are downloaded once, checked by their hashes, and then kept in the cache folder."""

import gzip
import hashlib
import http.client
import os
import urllib.request
import zlib
from pathlib import Path
from typing import NamedTuple

from gan import cache
from gan.data.idx import FILE_STEMS
from gan.errors import InputError

TIMEOUT_SECONDS = 20  # for each answer of the server


class Download(NamedTuple):
    """Where a data set is published, and its hashes by the files' names without .gz."""

    home: str  # the public address of the folder of .gz files
    sha256: dict[str, str]  # of the uncompressed files, wherever they come from
    md5: dict[str, str]  # of the .gz files as published, where that is all that is known of them


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
    ),
}


def downloaded_folder(name: str, split: str) -> Path:
    """The folder that holds the files of one split; those that are missing are fetched first.

    A person may put the files there instead, compressed by any program or not at all.

    Args:
      name: a key of `DOWNLOADS`.
      split: "train" or "test".
    Raises:
      InputError: a file cannot be downloaded. The message says which files to put into which folder.
    """
    download, folder = DOWNLOADS[name], cache.folder() / name
    for stem in FILE_STEMS[split]:
        url, path = f"{download.home}{stem}.gz", folder / f"{stem}.gz"
        if path.exists() or (folder / stem).exists():
            continue
        try:
            _fetch(url, path, download.md5.get(stem), download.sha256.get(stem))
        except (OSError, EOFError, ValueError, zlib.error, http.client.HTTPException) as error:
            wanted = ", ".join(f"{stem}.gz" for stems in FILE_STEMS.values() for stem in stems)
            raise InputError(
                f"cannot download {url} ({error}); put {wanted} (or the same without .gz) into {folder} "
                "and try again"
            ) from error
    return folder


def _fetch(url: str, path: Path, md5: str | None, sha256: str | None) -> None:
    """Downloads a .gz file. A broken or wrong file never gets the final name.

    Args:
      md5: the hash that the file must have, if it is known.
      sha256: the hash that its uncompressed content must have, if it is known.
    """
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
        content = response.read()
    unpacked = gzip.decompress(content)
    md5_differs = md5 is not None and hashlib.md5(content).hexdigest() != md5
    sha256_differs = sha256 is not None and hashlib.sha256(unpacked).hexdigest() != sha256
    if md5_differs or sha256_differs:
        raise ValueError("what came is not the published file")
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)
