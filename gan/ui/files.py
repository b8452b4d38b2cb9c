"""Files that a browser or an API client fetches: kept for a while, never many."""

import collections
import itertools
import tempfile
import threading
from pathlib import Path

KEPT = 200

_folder = tempfile.TemporaryDirectory(prefix="forger-")
_names: collections.deque[Path] = collections.deque()
_numbers = itertools.count()
_lock = threading.Lock()


def folder() -> str:
    return _folder.name


def keep(content: bytes, name: str) -> str:
    """Writes a file that lasts until KEPT more have been written. Returns its path."""
    folder = Path(_folder.name) / str(next(_numbers))
    folder.mkdir()
    path = folder / name
    path.write_bytes(content)
    with _lock:
        _names.append(path)
        old = _names.popleft() if len(_names) > KEPT else None
    if old:
        old.unlink(missing_ok=True)
        old.parent.rmdir()
    return str(path)
