"""The folder for files of this process alone, which whoever ends the process deletes."""

import tempfile

_folder: tempfile.TemporaryDirectory | None = None


def folder() -> str:
    """The folder. The first call makes it, while there is one thread alone."""
    global _folder
    _folder = _folder or tempfile.TemporaryDirectory(prefix="forger-")
    return _folder.name


def remove_folder() -> None:
    """Deletes the folder with all files, if there is one."""
    if _folder:
        _folder.cleanup()
