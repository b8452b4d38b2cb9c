"""Files that the API makes for its clients to fetch. Only the last MAX_FILES are kept."""

import collections
import itertools
import threading
from pathlib import Path

from gan import temporary

MAX_FILES = 200

_paths: collections.deque[Path] = collections.deque()
_numbers = itertools.count()
_lock = threading.Lock()


def keep(content: bytes, name: str) -> str:
    """Writes a file and returns its path. It is deleted when MAX_FILES more have been written."""
    folder = Path(temporary.folder()) / str(next(_numbers))
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
