"""Where files are kept that can be made again: downloads and compiled programs."""

import os
from pathlib import Path

import jax

from gan import temporary


def folder() -> Path:
    """The folder of kept files: $FORGER_CACHE, or else forger/ in the user's cache folder.

    A user without a name and without $HOME, as a container may have, has no such folder. What is kept is
    then kept until the process ends.
    """
    if chosen := os.environ.get("FORGER_CACHE"):
        return Path(chosen)
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "forger"
    except RuntimeError:
        return Path(temporary.folder()) / "cache"


def keep_compiled_programs() -> None:
    """Lets JAX keep compiled programs on disk: the next start reads them, and compiles none for 4 s each."""
    jax.config.update("jax_compilation_cache_dir", str(folder() / "compiled"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
