"""What visitors send as a model of theirs, on a real server."""

import http.client
import json
import socket
import subprocess
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import jax
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save

from gan.errors import InputError
from gan.exploring import uploads
from gan.networks import checkpoints
from gan.networks.networks import init_variables
from gan.training import saved_state
from gan.training.state import init_state
from tests.conftest import make_tiny


def send(address, content, method="POST"):
    """The status and the answer's content. `content`: bytes, or parts of them without a length."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=240)
    connection.request(method, "/models/open", content)
    answer = connection.getresponse()
    return answer.status, answer.read()


def changed(path, arrays=None, networks=None, **metadata):
    """The content of a model's file with some of it changed; `networks`: fields of their config."""
    with safe_open(path, framework="numpy") as file:
        old = file.metadata()
    fields = json.loads(old["recipe"])
    fields["model"] |= networks or {}
    return save(arrays or load_file(path), old | {"recipe": json.dumps(fields)} | metadata)


def with_first(path, change):
    """The same with its first array changed."""
    arrays = load_file(path)
    name = sorted(arrays)[0]
    return changed(path, arrays | {name: change(arrays[name])})


def of_recipe(**options):
    """A model's file of zeros."""
    recipe = make_tiny(**options)
    average, discriminator = jax.tree.map(
        lambda leaf: np.zeros(leaf.shape, leaf.dtype),
        jax.eval_shape(lambda: init_variables(recipe.model, jax.random.key(0))),
    )
    state = SimpleNamespace(generator_ema=average, discriminator=discriminator)
    return checkpoints.model_bytes(saved_state.model_of(recipe, state, {"step": 0}))


def header(text, length=None):
    return (len(text) if length is None else length).to_bytes(8, "little") + text.encode()


def of_shape(shape):
    """A file whose header promises one array of this shape."""
    size = 4 * int(np.prod(np.array(shape, object)))
    entry = {"dtype": "F32", "shape": shape, "data_offsets": [0, min(size, 4)]}
    return header(json.dumps({"a": entry})) + bytes(min(size, 4))


def metadata_of(path):
    with safe_open(path, framework="numpy") as file:
        return file.metadata()


def named(path, name, **networks):
    """The recipe of a model's file, with this name."""
    fields = json.loads(metadata_of(path)["recipe"])
    return json.dumps(fields | {"name": name, "model": fields["model"] | networks})


HOSTILE = {
    "nothing": (lambda p: b"", "damaged or truncated"),
    "no safetensors": (lambda p: b"GIF89a" * 1000, "damaged or truncated"),
    "half of it": (lambda p: p.read_bytes()[:-2000], "damaged or truncated"),
    "an endless header": (lambda p: header("{}", 2**62), "damaged or truncated"),
    "a header of nothing": (lambda p: header('{"__metadata__":null}'), "not a checkpoint of this project"),
    "a strange type": (
        lambda p: header('{"a":{"dtype":"F8_E5M2","shape":[0],"data_offsets":[0,0]}}'),
        "damaged or truncated",
    ),
    "another project's": (lambda p: save({"weight": np.zeros(3)}), "not a checkpoint of this project"),
    "a pointer": (lambda p: b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
    "another version": (lambda p: changed(p, version="2"), "format version 2"),
    "lines": (lambda p: changed(p, version="2\n" + "x" * 10_000), "format version 2"),
    "no recipe": (lambda p: changed(p, recipe="[" * 100_000), "not a recipe"),
    "very deep": (
        lambda p: changed(p, networks={"mapping_layers": 10**9}),
        "expected a whole number from 0 to 32",
    ),
    "very wide": (lambda p: changed(p, networks={"generator_channels": [10**9, 10**9]}), "from 1 to 4096"),
    "wide for these": (lambda p: changed(p, networks={"z_dim": 4096}), "expected float32"),
    "large kernels": (lambda p: changed(p, networks={"generator_kernels": [4, 10**6]}), "from 2 to 28"),
    "two colours": (lambda p: changed(p, networks={"channels": 2}), "channels=2: expected one of 1, 3"),
    "a text for a number": (
        lambda p: changed(p, networks={"negative_slope": "Infinity"}),
        "negative_slope=inf",
    ),
    "another shape": (lambda p: with_first(p, lambda array: array[:-1]), "expected float32"),
    "no numbers": (lambda p: with_first(p, lambda array: array * np.nan), "not finite"),
    "doubles": (lambda p: with_first(p, lambda array: array.astype(float)), "expected float32"),
    "no packs": (lambda p: changed(p, networks={"packing": 0}), "packing=0: expected"),
    "2,000 dimensions": (lambda p: of_shape([1] * 2000), "damaged or truncated"),
    "no numbers, too many": (lambda p: of_shape([0, 2**62, 2**62]), "damaged or truncated"),
    "too long": (lambda p: of_shape([2**70]), "damaged or truncated"),
    "a name of lines": (lambda p: save({"a\nb": np.zeros(1)}, metadata_of(p)), "array"),
    "a value of lines": (lambda p: changed(p, networks={"z_dim": "a\nb"}), "expected a whole number"),
    "a kind of lines": (lambda p: changed(p, kind="a\n\nb"), "holds a a b"),
    "a list for a name": (lambda p: changed(p, recipe=named(p, ["a"], z_dim=9)), "expected float32"),
    "no recipe of ours": (
        lambda p: changed(p, recipe='{"name": "a", "model": [], "train": 5}'),
        "not a recipe",
    ),
    "a step of words": (lambda p: changed(p, step="many"), "its step is 'many'"),
    "seconds without end": (lambda p: changed(p, seconds="nan"), "its seconds is 'nan'"),
    "too much work": (lambda p: of_recipe(z_dim=300), "z_dim is 300, and at most 256 are opened here"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_model_is_refused_in_one_line(address, tiny_model, name):
    make, words = HOSTILE[name]
    status, answer = send(address, make(tiny_model))
    error = json.loads(answer)["error"]
    assert status == 422
    assert words in error
    assert error.startswith("this file: ")
    assert "\n" not in error
    assert len(error) <= 300


def test_a_state_is_not_a_model(address, tiny):
    status, answer = send(address, saved_state.state_bytes(tiny, init_state(tiny, 0), {}))
    assert status == 422
    assert "use model.safetensors beside it" in json.loads(answer)["error"]


@pytest.mark.parametrize("chunked", [False, True])
def test_no_more_is_read_than_may_come(address, chunked):
    sent = []

    def endless():
        while len(sent) < 1000:
            sent.append(1)
            yield bytes(1_000_000)

    try:
        status, answer = send(address, endless() if chunked else bytes(uploads.MAX_BYTES + 1))
    except ConnectionError:  # it was closed while something was still on its way
        assert chunked
    else:
        assert status == 413
        assert "more than 9 MB" in json.loads(answer)["error"]
    assert len(sent) < 100


def begin(address, length):
    """A connection on which less comes than was said."""
    parts = urlsplit(address)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=30)
    connection.sendall(
        f"POST /models/open HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {length}\r\n\r\nhalf".encode()
    )
    return connection


def test_a_few_at_once_and_whoever_leaves_makes_room(address):
    slow = [begin(address, 1000) for _ in range(4)]
    answer = send_until(address, lambda status: status == 503)
    assert "try again" in json.loads(answer)["error"]
    for connection in slow:
        connection.close()
    send_until(address, lambda status: status != 503)


def send_until(address, is_wanted):
    """Sends nothing, again and again, until the answer has a status that is wanted; returns that answer."""
    deadline = time.monotonic() + 60
    while True:
        status, answer = send(address, b"")
        if is_wanted(status):
            return answer
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_senseless_length_and_another_method(address):
    connection = begin(address, "-5")
    assert b" 400 " in connection.recv(100)
    connection.close()
    assert send(address, None, "GET")[0] == 405


def ends(monkeypatch, **result):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(**result))


def test_what_cannot_be_measured_is_said(tiny_model, monkeypatch):
    content = tiny_model.read_bytes()
    ends(monkeypatch, returncode=1)
    with pytest.raises(InputError, match="cannot be measured"):
        uploads.open_for_page(content)
    ends(monkeypatch, returncode=0, stdout=save({"a": np.array([np.inf])}))
    with pytest.raises(InputError, match="out of range"):
        uploads.open_for_page(content)

    def hang(*arguments, **options):
        raise subprocess.TimeoutExpired(*arguments, options["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(InputError, match="takes too long"):
        uploads.open_for_page(content)
