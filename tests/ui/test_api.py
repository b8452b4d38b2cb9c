"""Every endpoint, through gradio_client, on a real server."""

import os
import signal
import socket
import subprocess
import sys
import tempfile

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from PIL import Image

import app
from gan import temporary
from tests.app import ROOT, as_a_user_has_it, free_port
from tests.ui.served import until


@pytest.fixture(scope="module")
def client(address):
    return Client(address, verbose=False)


def test_the_endpoints_are_typed_and_described(client):
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    assert set(endpoints) == {"/generate", "/interpolate", "/sample_grid"}
    for endpoint in endpoints.values():
        assert all(
            parameter["python_type"]["type"] in ("int", "float", "str")
            for parameter in endpoint["parameters"]
        )
        assert endpoint["description"]


def test_generate(client):
    path = client.predict(seed=7, digit=3, api_name="/generate")
    image = Image.open(path)
    assert (image.format, image.size, image.mode) == ("PNG", (28, 28), "L")
    assert image.getextrema()[1] > 200
    same = Image.open(client.predict(seed=7, digit=3, api_name="/generate"))
    other = Image.open(client.predict(seed=7, digit=4, api_name="/generate"))
    assert image.tobytes() == same.tobytes() != other.tobytes()


def test_a_model_has_an_id_and_its_title_is_accepted_too(client):
    def generate(**asked):
        return Image.open(client.predict(seed=7, **asked, api_name="/generate")).tobytes()

    assert generate(model="mnist") == generate(model="Any digit")
    conditional = [generate(digit=3, model=name) for name in ("mnist-digits", "Pick the digit")]
    assert conditional[0] == conditional[1] == generate(digit=3) != generate(model="mnist")
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    for endpoint in endpoints.values():
        (model,) = [each for each in endpoint["parameters"] if each["parameter_name"] == "model"]
        assert model["parameter_default"] == "mnist-digits"


def test_interpolate(client):
    path = client.predict(seed_a=1, seed_b=2, frames=12, path="lerp", digit=5, api_name="/interpolate")
    assert Image.open(path).n_frames == 12


def test_sample_grid(client):
    image = Image.open(client.predict(count=25, seed=3, api_name="/sample_grid"))
    assert image.size == (304, 304)
    assert image.getextrema()[1] > 200


@pytest.mark.parametrize(
    ("endpoint", "arguments", "word"),
    [
        ("/generate", {"seed": -1, "digit": 3}, "seed -1: expected 0"),
        ("/generate", {"seed": 1}, "wants 0 to 9"),
        ("/generate", {"seed": 1, "digit": 10}, "wants 0 to 9"),
        ("/generate", {"seed": 1, "digit": 3, "truncation": 7.0}, "truncation 7.0"),
        ("/generate", {"seed": 1, "model": "GPT"}, "the models are mnist-digits, mnist, fashion-mnist$"),
        ("/generate", {"seed": 1, "digit": 3, "model": "mnist"}, "mnist is unconditional"),
        ("/generate", {"seed": "seven", "digit": 3}, "seed 'seven': Input should be a valid integer"),
        ("/interpolate", {"seed_a": 1, "seed_b": 2, "digit": 1, "frames": 100000}, "frames 100000"),
        ("/interpolate", {"seed_a": 1, "seed_b": 2, "digit": 1, "path": "flerp"}, "path 'flerp'"),
        ("/sample_grid", {"count": 100000}, "count 100000"),
    ],
)
def test_bad_requests_get_one_clear_line(client, endpoint, arguments, word):
    with pytest.raises(AppError, match=word):
        client.predict(**arguments, api_name=endpoint)


def test_a_bad_checkpoint_is_one_line(tmp_path, monkeypatch, capsys):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"nothing")
    monkeypatch.setattr(sys, "argv", ["app.py", "--checkpoint", str(path)])
    assert app.main() == 2
    printed = capsys.readouterr().err
    assert "truncated" in printed
    assert printed.count("\n") == 1


def test_places_that_cannot_be_are_one_line(tmp_path, monkeypatch, capsys):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for option, place in (("--checkpoint", loop), ("--export", tmp_path / ("a" * 300))):
        monkeypatch.setattr(sys, "argv", ["app.py", option, str(place)])
        assert app.main() == 2
        printed = capsys.readouterr().err
        assert str(place) in printed
        assert printed.count("\n") == 1


def test_a_taken_port_is_one_line(address):
    command = [sys.executable, "app.py", "--port", address.rsplit(":", 1)[1]]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 2
    assert "choose another --port" in ended.stderr


def test_an_app_with_a_checkpoint_of_ones_own_ends_in_order_and_leaves_no_folder(tiny_model, tmp_path):
    port = free_port()
    (tmp_path / "kept").mkdir()
    environment = {**as_a_user_has_it(), "TMPDIR": str(tmp_path / "kept")}
    command = [sys.executable, "app.py", "--port", str(port), "--checkpoint", str(tiny_model)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert b"Forger is open" in process.stdout.readline()
    client = Client(f"http://127.0.0.1:{port}", verbose=False)
    assert Image.open(client.predict(seed=1, api_name="/generate")).size == (28, 28)
    reader = socket.create_connection(("127.0.0.1", port))  # a visitor who stays connected
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=120)
    reader.close()
    assert process.returncode == 0
    assert b"Traceback" not in errors
    left = [path.name for path in (tmp_path / "kept").iterdir()]
    assert [name for name in left if name.startswith(("forger", "gradio"))] == []


def test_a_signal_in_the_moment_in_which_the_folder_is_made_leaves_none(tmp_path, monkeypatch):
    make = os.mkdir

    def make_and_hear(*path, **options):
        make(*path, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(temporary, "_folder", None)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(os, "mkdir", make_and_hear)
    with pytest.raises(KeyboardInterrupt):
        temporary.folder()
    temporary.remove_folder()
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_app_that_is_ended_while_it_starts_leaves_no_folder(tmp_path, number):
    environment = {**as_a_user_has_it(), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "app.py", "--port", str(free_port())]
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests under nohup ignore it, and so would the app
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE)
    signal.signal(signal.SIGHUP, before)
    until(lambda: any(tmp_path.glob("forger-*")))  # now Gradio is loaded, which takes seconds
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    assert process.returncode >= 0, "it ended itself"
    assert b"Traceback" not in errors
    assert not any(tmp_path.glob("forger-*"))
