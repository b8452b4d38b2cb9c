"""The folder for files of this process alone, which whoever ends the process deletes."""

import atexit
import shutil
import tempfile
import uuid
from pathlib import Path

_folder: Path | None = None


def folder() -> str:
    """The folder. The first call makes it, while there is one thread alone."""
    global _folder
    if _folder is None:
        # A signal may end the process at any moment, so the name is known before the folder is there.
        _folder = Path(tempfile.gettempdir(), f"forger-{uuid.uuid4().hex}")
        atexit.register(remove_folder)
        _folder.mkdir(mode=0o700)  # for this user alone
    return str(_folder)


def remove_folder() -> None:
    """Deletes the folder with all files, if there is one."""
    if _folder:
        shutil.rmtree(_folder, ignore_errors=True)
