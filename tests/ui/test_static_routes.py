"""The files of the page, as the app serves them."""

import json

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from gan.ui import static_routes
from gan.web import data_files


@pytest.fixture(scope="module")
def client():
    return TestClient(Starlette(routes=static_routes.build({})))


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
    for tag in (answer.headers["etag"], f'"other", W/{answer.headers["etag"]}'):
        again = client.get("/web/shell/shell.js", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), "it has not changed"
        assert again.headers["cache-control"] == "no-cache"
    assert client.get("/web/shell/shell.js", headers={"If-None-Match": '"other"'}).content == answer.content


@pytest.mark.parametrize(
    "path", ["sw.js", "web/shell/sw.js", "data/mnist/train-images-6.gz", "web/static_site.py"]
)
def test_nothing_else_can_be_asked_for(client, path):
    assert client.get(f"/{path}").status_code == 404
