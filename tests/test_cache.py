"""Where files are kept, also for a user who has no folder for them."""

from pathlib import Path

import pytest

from gan import cache, temporary
from gan.data.datasets import load_dataset
from gan.data.downloads import DOWNLOADS, Download
from gan.errors import InputError


@pytest.fixture
def homeless(monkeypatch):
    """A user without a name and without $HOME, as Python sees it."""

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("FORGER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", no_home)


def test_without_a_home_files_are_kept_until_the_process_ends(homeless):
    assert cache.folder().is_relative_to(temporary.folder())
    assert cache.folder() == cache.folder()


@pytest.mark.parametrize(("name", "below"), [("FORGER_CACHE", ""), ("XDG_CACHE_HOME", "forger")])
def test_a_folder_that_is_named_needs_no_home(homeless, monkeypatch, tmp_path, name, below):
    monkeypatch.setenv(name, str(tmp_path))
    assert cache.folder() == tmp_path / below


def test_a_folder_that_cannot_be_looked_into_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / ("long" * 100)))  # an error as of a closed folder
    monkeypatch.setitem(DOWNLOADS, "kmnist", Download(f"{tmp_path.as_uri()}/", {}, {}))
    with pytest.raises(InputError, match=r"cannot download .* put .* into .*longlong/kmnist and try again"):
        load_dataset("kmnist")
