"""Files that the API makes for its clients to fetch. Only the last MAX_FILES are kept."""

import collections
import itertools
import tempfile
import threading
from pathlib import Path

MAX_FILES = 200

_folder = tempfile.TemporaryDirectory(prefix="forger-")
_paths: collections.deque[Path] = collections.deque()
_numbers = itertools.count()
_lock = threading.Lock()


def folder() -> str:
    """The folder that holds all of them, which Gradio must be allowed to serve."""
    return _folder.name


def remove_folder() -> None:
    """Deletes the folder with all files, at the end of the process."""
    _folder.cleanup()


def keep(content: bytes, name: str) -> str:
    """Writes a file and returns its path. It is deleted when MAX_FILES more have been written."""
    folder = Path(_folder.name) / str(next(_numbers))
    folder.mkdir()
    path = folder / name
    path.write_bytes(content)
    with _lock:
        _paths.append(path)
        old = _paths.popleft() if len(_paths) > MAX_FILES else None
    if old:
        old.unlink(missing_ok=True)
        old.parent.rmdir()
    return str(path)
