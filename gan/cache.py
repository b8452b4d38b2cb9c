"""Where files are kept that can be made again: downloads and compiled programs."""

import os
from pathlib import Path

import jax


def folder() -> Path:
    """The folder of kept files: $FORGER_CACHE, or else forger/ in the user's cache folder."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("FORGER_CACHE") or home / "forger")


def keep_compiled_programs() -> None:
    """Lets JAX keep compiled programs on disk: the next start reads them, and compiles none for 4 s each."""
    jax.config.update("jax_compilation_cache_dir", str(folder() / "compiled"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
