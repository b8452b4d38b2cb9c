"""The files of the page, as the app serves them."""

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gan.ui.caching import Caching
from gan.ui.page_head import PageHead
from gan.ui.static_files import StaticFiles
from gan.web import data_files, preloads, static_site

MODELS = [{"id": "a&b", "url": 'models/"a".safetensors?v=1'}]


@pytest.fixture(scope="module")
def client():
    async def gradio(request):
        return HTMLResponse("<html><head><title>x</title></head><body>y</body></html>")

    routes = [Route("/", gradio), Route("/assets/index-1a2b.js", gradio)]
    return TestClient(
        Starlette(
            routes=routes,
            middleware=[
                Middleware(Caching),
                Middleware(StaticFiles, explorers={}),
                Middleware(PageHead, models=MODELS),
            ],
        )
    )


def test_data_is_kept_for_good_by_the_version_in_its_address(client):
    listed = client.get("/data/mnist/dataset.json")
    assert listed.headers["cache-control"] == "no-cache"
    described = json.loads(listed.content)
    answer = client.get(f"/data/mnist/{described['train'][0]['labels']}")
    assert "immutable" in answer.headers["cache-control"]
    assert "content-encoding" not in answer.headers, "the page unpacks it itself"
    assert answer.content == data_files.files("mnist", "data/mnist")["data/mnist/train-labels-0.gz"]()


def test_scripts_are_asked_for_again(client):
    answer = client.get("/web/shell/shell.js")
    assert answer.headers["cache-control"] == "no-cache"
    weak = answer.headers["etag"]
    for tag in (weak, weak.removeprefix("W/"), f'"other", {weak}'):
        again = client.get("/web/shell/shell.js", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), "it has not changed"
        assert again.headers["cache-control"] == "no-cache"
    assert client.get("/web/shell/shell.js", headers={"If-None-Match": '"other"'}).content == answer.content


@pytest.mark.parametrize("path", ["/", "/web/shell/shell.js", "/web/engine/kernels.wasm"])
def test_text_and_programs_are_sent_gzipped_to_whoever_takes_it(client, path):
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"]
    assert packed.headers["content-type"] == plain.headers["content-type"]
    assert "accept-encoding" in plain.headers["vary"].lower()


def test_a_script_is_read_once_and_its_head_has_no_content(client, monkeypatch):
    path = "/web/engine/tensors.js"
    answer = client.get(path)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read again"))
    assert client.get(path).content == answer.content
    assert client.head(path).headers["etag"] == answer.headers["etag"]
    assert client.post(path).status_code != 200


def test_what_is_made_is_not_sent_twice(client):
    answer = client.get(f"/{static_site.REAL_FEATURES}")
    headers = {"If-None-Match": answer.headers["etag"]}
    again = client.get(f"/{static_site.REAL_FEATURES}", headers=headers)
    assert (again.status_code, again.content) == (304, b"")


def test_a_script_is_kept_for_good_by_its_version(client):
    plain = client.get("/web/shell/shell.js").content
    current = client.get("/" + static_site.versioned("shell/shell.js"))
    assert (current.content, "immutable" in current.headers["cache-control"]) == (plain, True)
    older = client.get("/v/0123456789abcdef/web/shell/shell.js")  # of a page that is open since before
    assert (older.content, older.headers["cache-control"]) == (plain, "no-cache")
    for name in ("shell/sw.js", "static_site.py", "../static_site.py", ""):
        assert client.get("/" + static_site.versioned(name)).status_code == 404


def test_gradios_program_is_kept_for_good(client):
    assert "immutable" in client.get("/assets/index-1a2b.js").headers["cache-control"]


def test_the_document_gets_what_gradio_has_no_place_for(client):
    answer = client.get("/?__theme=dark", headers={"Accept-Encoding": "identity"})
    head, _, rest = answer.text.partition("</head>")
    assert head.index("location.replace") < head.index("<title>")
    assert f'<link rel="modulepreload" href="{static_site.versioned("shell/shell.js")}">' in head
    assert 'data-models="[{&quot;id&quot;: &quot;a&amp;b&quot;' in head
    assert "<noscript>" in rest
    assert int(answer.headers["content-length"]) == len(answer.content)
    headers = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/?__theme=dark", headers=headers).status_code == 304


def test_all_that_the_first_script_imports_is_fetched_at_once_and_the_rest_afterwards():
    links = preloads.links("web/shell/start.js")
    first, later = (re.findall(r'href="(.*?)"', part) for part in links.split("<template>"))
    assert links.count("modulepreload") == len(first) + len(later)
    assert links.count('fetchpriority="low"') == len(later)
    assert len({*first, *later}) == len(first) + len(later) > 200
    assert {"web/shell/shell.js", "web/engine/tensors.js", "web/engine/kernels.js"} <= set(first)
    assert {"web/train/train.js", "web/train/chart.js", "web/training/run_worker.js"} <= set(later)
    assert {"web/training/helper.js", "web/train/pictures/reader.js", "web/train/recorded.js"} <= set(later)
    assert all((static_site.WEB.parent / name).is_file() for name in [*first, *later])


@pytest.mark.parametrize(
    "path", ["sw.js", "web/shell/sw.js", "data/mnist/train-images-6.gz", "web/static_site.py"]
)
def test_nothing_else_can_be_asked_for(client, path):
    assert client.get(f"/{path}").status_code == 404
