"""Data sets that a server fetches for its visitors, from a server of the test's own on this machine."""

import gzip
import hashlib
import http.server
import threading

import numpy as np
import pytest

from gan.data.downloads import DOWNLOADS, Download
from gan.errors import InputError
from gan.live.library import FAILED, MAX_TRIES, Library
from tests.data.make import STEMS, digits, idx_bytes
from tests.ui.served import until

LIMIT = 1_000_000


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Serves a small KMNIST when it is let; FORGER_CACHE is empty."""
    labels = idx_bytes(np.arange(4))
    files = dict(zip(STEMS, map(gzip.compress, (idx_bytes(digits(4)), labels)), strict=True))
    let = threading.Event()

    class Files(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            let.wait(60)
            content = files[self.path.strip("/").removesuffix(".gz")]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("FORGER_CACHE", str(tmp_path / "cache"))
    published = {stem: hashlib.sha256(content).hexdigest() for stem, content in files.items()}
    home = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setitem(DOWNLOADS, "kmnist", Download(home, {}, published, nbytes=LIMIT))
    yield let
    let.set()
    server.shutdown()
    server.server_close()


def offer_of(library, name="kmnist"):
    return next((offer for offer in library.offers() if offer.name == name), None)


def test_a_set_is_fetched_once_for_all(source, monkeypatch):
    monkeypatch.setitem(DOWNLOADS, "cifar-10", DOWNLOADS["cifar-10"]._replace(nbytes=1))
    loaded = {}
    library = Library(loaded, LIMIT)
    assert offer_of(library).status == "away"
    library.fetch("kmnist")
    library.fetch("kmnist")  # another visitor, who waits for the same
    assert offer_of(library).status == "coming"
    with pytest.raises(InputError, match=r"^kmnist is on its way; ask for cifar-10 when it is here$"):
        library.fetch("cifar-10")
    source.set()
    until(lambda: offer_of(library).status == "ready")
    assert len(loaded["kmnist"].images) == 4
    assert loaded["kmnist"].class_names[:2] == ("お", "き")
    assert offer_of(Library({}, 1)).status == "here", "after a restart, whatever may be downloaded"


def test_a_server_that_is_offline_says_so_in_one_line_without_its_folders(source, monkeypatch, caplog):
    monkeypatch.setitem(DOWNLOADS, "kmnist", Download("http://127.0.0.1:1/", {}, {}, nbytes=LIMIT))
    library = Library({}, LIMIT)
    for tried in range(MAX_TRIES):
        library.fetch("kmnist")
        until(lambda tried=tried: library._failures["kmnist"] > tried and library._coming is None)
        found = offer_of(library)
        assert (found.status, found.message) == ("failed", FAILED)
    assert "/" not in FAILED
    assert "put " in caplog.text, "the owner reads which files to put where"
    with pytest.raises(InputError, match="offline"):
        library.fetch("kmnist")


def test_what_is_larger_than_the_owner_allows_is_not_offered(source):
    library = Library({}, LIMIT - 1)
    assert offer_of(library) is None
    for name in ("kmnist", "stacked-mnist", "../kmnist"):
        with pytest.raises(InputError, match="does not fetch it"):
            library.fetch(name)
