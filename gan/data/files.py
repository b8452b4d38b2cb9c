"""The files below a path: those of a folder, those in a .zip, or a single one. Nothing is read yet."""

import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from gan.data.labels import natural
from gan.errors import InputError

MAX_FILE_BYTES = 4_000_000_000  # of one file in a .zip, unpacked: a bomb promises more


class File(NamedTuple):
    """A file that can be read."""

    name: str  # its path below the folder or inside the .zip, with "/" between the parts
    size: int  # bytes, unpacked
    stamp: int  # another number if the content is another: the time of the last change, or a .zip's CRC
    read: Callable[[], bytes]

    @property
    def ending(self) -> str:
        """The last ending in small letters, with its dot: ".png"."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split("/"))


def memory_file(name: str, content: bytes) -> File:
    """A file whose content is already here."""
    return File(name, len(content), 0, lambda: content)


def list_files(path: Path) -> list[File]:
    """All files below a folder or in a .zip, or the one file at `path`, in the natural order of their names.

    Links to folders are followed. What begins with a dot or with "__MACOSX" is left out.
    Raises:
      InputError: a folder cannot be listed, or a .zip is damaged. The message names it.
    """
    try:
        if path.is_dir():
            found = list(_in_folder(path, "", frozenset()))
        elif path.suffix.lower() == ".zip":
            found = list(_in_zip(path))
        else:
            found = [_on_disk(path, path.name)]
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    return sorted(found, key=lambda file: natural(file.name))


def _is_hidden(part: str) -> bool:
    return part.startswith(".") or part == "__MACOSX"


def _in_folder(folder: Path, above: str, ancestors: frozenset[tuple[int, int]]) -> Iterator[File]:
    """The files of a folder. A link to one of its own ancestors leads nowhere new, and is left out."""
    status = folder.stat()
    identity = status.st_dev, status.st_ino
    if identity in ancestors:
        return
    for entry in os.scandir(folder):
        if _is_hidden(entry.name):
            continue
        if entry.is_dir():
            yield from _in_folder(Path(entry.path), f"{above}{entry.name}/", ancestors | {identity})
        elif entry.is_file() or entry.is_symlink():  # a link to nothing is named later, if it is a picture
            yield _on_disk(Path(entry.path), above + entry.name)


def _on_disk(path: Path, name: str) -> File:
    try:
        status = path.stat()
    except FileNotFoundError:  # a link to nothing
        return File(name, 0, 0, path.read_bytes)
    return File(name, status.st_size, status.st_mtime_ns, path.read_bytes)


def _in_zip(path: Path) -> Iterator[File]:
    archive = zipfile.ZipFile(path)  # stays open for as long as its files are used
    for info in archive.infolist():
        if not info.is_dir() and not any(map(_is_hidden, info.filename.split("/"))):
            yield File(info.filename, info.file_size, info.CRC, _member(archive, info))


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        if info.file_size > MAX_FILE_BYTES:
            raise OSError(f"{info.file_size:,} bytes, at most {MAX_FILE_BYTES:,} are read")
        try:
            return archive.read(info)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
            raise OSError(str(error)) from error  # damaged, or locked by a password

    return read


def stream(file: File) -> io.BytesIO:
    """The content of a file as something to read from."""
    return io.BytesIO(file.read())
