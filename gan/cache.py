"""Where things are kept that can be had again: downloads and compiled programs."""

import os
from pathlib import Path

import jax


def folder() -> Path:
    """$FORGER_CACHE, or forger/ in the user's cache folder."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("FORGER_CACHE") or home / "forger")


def keep_compiled_programs() -> None:
    """From the second start on, a program is read from disk instead of compiled (about 4 s each)."""
    jax.config.update("jax_compilation_cache_dir", str(folder() / "compiled"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
