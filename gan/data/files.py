"""The files below a path: those of a folder, those in a .zip, or a single one. Nothing is read yet."""

import contextlib
import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from gan.data.labels import natural
from gan.errors import InputError

MAX_FILE_BYTES = 4_000_000_000  # of one file in a .zip, unpacked
# A larger file in a .zip, so many times as large as it was packed, was made to fill the memory.
BOMB_BYTES, BOMB_RATIO = 100_000_000, 200
GZIP_MAGIC = b"\x1f\x8b"  # what a gzipped file begins with
_UTF8, _LOCKED = 1 << 11, 1  # flags of a file in a .zip: its name is UTF-8; it has a password


class File(NamedTuple):
    """A file that can be read."""

    name: str  # its path below the folder or inside the .zip, with "/" between the parts
    size: int  # bytes, unpacked
    # Other numbers if the content is another: of a file on disk its inode and the times of its last change,
    # in nanoseconds; of what lies in another file the CRC.
    stamp: tuple[int, ...]
    read: Callable[[], bytes]

    @property
    def ending(self) -> str:
        """The last ending in small letters, with its dot: ".png"."""
        return os.path.splitext(self.name)[1].lower()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split("/"))


def memory_file(name: str, content: bytes) -> File:
    """A file whose content is already here."""
    return File(name, len(content), (zlib.crc32(content),), lambda: content)


def list_files(path: Path) -> list[File]:
    """All files below a folder or in a .zip, or the one file at `path`, in the natural order of their names.

    Links to folders are followed, but the files of each folder come once, however many links lead to it. What
    begins with a dot or with "__MACOSX" is left out.
    Raises:
      InputError: a folder cannot be listed, or a .zip is damaged. The message names it.
    """
    try:
        if path.is_dir():
            found = list(_in_folder(path))
        elif path.suffix.lower() == ".zip":
            found = list(_in_zip(path))
        else:
            found = [_on_disk(path, path.name)]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise InputError(f"{path}: a damaged .zip, or none ({error}); fetch or pack it again") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    return sorted(found, key=lambda file: natural(file.name))


def _is_hidden(part: str) -> bool:
    return part.startswith(".") or part == "__MACOSX"


def _in_folder(root: Path) -> Iterator[File]:
    """The files of a folder and of all folders below it, each folder once.

    Links are followed last, in the order of their names: a folder that is here and is linked to as well has
    its own name, and not that of the link.
    """
    seen, folders, links = set(), [(root, "")], []
    while folders or links:
        folder, above = folders.pop() if folders else links.pop(0)
        status = folder.stat()
        identity = status.st_dev, status.st_ino
        if identity in seen:
            continue
        seen.add(identity)
        for entry in os.scandir(folder):
            path, name, is_link = Path(entry.path), above + entry.name, entry.is_symlink()
            if _is_hidden(entry.name):
                continue
            if path.is_dir() if is_link else entry.is_dir():
                (links if is_link else folders).append((path, f"{name}/"))
            elif _is_file(entry):
                yield _on_disk(path, name)
        links.sort(key=lambda link: natural(link[1]))


def _is_file(entry: os.DirEntry) -> bool:
    """Whether this is a file, a link to one, or a link to nothing, which is named later if it is a picture.

    Pipes and devices are none, also where a link leads to them: many have no end.
    """
    if not entry.is_symlink():
        return entry.is_file()
    return os.path.isfile(entry.path) or not os.path.exists(entry.path)


def _on_disk(path: Path, name: str) -> File:
    try:
        status = path.stat()
    except OSError:  # a link to nothing, or to itself
        return File(name, 0, (), path.read_bytes)
    stamp = status.st_ino, status.st_mtime_ns, status.st_ctime_ns
    return File(name, status.st_size, stamp, path.read_bytes)


def _in_zip(path: Path) -> Iterator[File]:
    archive = zipfile.ZipFile(path)  # stays open for as long as its files are used
    for info in archive.infolist():
        name = _name_of(info)
        if not name.endswith("/") and not any(map(_is_hidden, name.split("/"))):
            yield File(name, info.file_size, (info.CRC,), _member(archive, info))


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name of a file in a .zip, with "/" between its parts.

    Some programs write UTF-8 without saying so, which Python takes for the characters of the first IBM PC.
    Others write the "\\" of Windows.
    """
    name = info.filename
    if not info.flag_bits & _UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        is_bomb = info.file_size > max(BOMB_BYTES, BOMB_RATIO * info.compress_size)
        if info.file_size > MAX_FILE_BYTES or is_bomb:
            raise OSError(f"it would fill {info.file_size / 1e6:,.0f} MB of memory")
        if info.flag_bits & _LOCKED:
            raise OSError("it is locked by a password")
        try:
            return archive.read(info)
        except Exception as error:  # zipfile and what it unpacks with raise many kinds
            raise OSError(f"it is damaged: {str(error) or type(error).__name__}") from error

    return read


def content_of(file: File) -> bytes:
    """What a file holds. Raises InputError, which names it, if it cannot be read."""
    try:
        return file.read()
    except OSError as error:
        raise InputError(f"{file.name}: cannot be read ({error.strerror or error})") from error


def gunzip(name: str, content: bytes) -> bytes:
    """A gzipped file's content, unpacked. Raises InputError, which begins with `name`, if it is damaged."""
    try:
        return gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"{name}: not a complete gzip file ({error}); fetch it again") from error


def stream(file: File) -> io.BytesIO:
    """The content of a file as something to read from."""
    return io.BytesIO(file.read())
