"""A run on the server that learns from a visitor's own pictures: started, watched, saved, and forgotten."""

import json
from urllib.parse import quote

import numpy as np
import pytest
from safetensors.numpy import load, save

from gan.live import own_pictures
from gan.live.command import Command
from gan.live.manager import Ticket
from gan.ui import run_routes
from tests.ui.served import ask, until

BYTES = {"Content-Type": "application/octet-stream"}
WISH = {"recipe": "fast", "seed": 1, "conditional": True, "first_command": "step"}
PICTURES = np.random.default_rng(0).integers(0, 256, (12, 28, 28, 3), dtype=np.uint8)
LABELS = np.arange(12, dtype=np.uint8) % 3


def start(app, content, wish=WISH, headers=BYTES):
    path = f"/{run_routes.OWN_ADDRESS}?wish={quote(json.dumps(wish))}"
    status, answer = ask(app, path, "POST", content, headers)
    return status, json.loads(answer)


def test_a_run_learns_from_pictures_that_it_alone_has(app):
    status, answer = start(app, save({"images": PICTURES, "labels": LABELS}))
    assert status == 200
    ticket = Ticket(**answer)
    until(lambda: app.manager.snapshot(ticket.name).step == 1)
    session = app.manager.get(ticket.name)
    assert session.recipe.model.channels == 3
    assert session.recipe.model.classes == 3
    assert app.manager.dataset.name == "mnist", "others' runs learn from digits"
    status, content = ask(app, f"/live/model/{ticket.name}")
    assert status == 200
    metadata = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
    assert metadata["dataset"] == own_pictures.NAME
    status, page = ask(app, f"/live/page/{ticket.name}")
    assert status == 200
    assert load(page)["latent_map/logits"].shape == (3, 101), "D's logits of these pictures"
    status, frame = ask(app, f"/live/frame/{ticket.name}/0")
    assert status == 200
    app.manager.command(ticket, Command("stop"))
    until(lambda: app.manager.snapshot(ticket.name).status == "stopped")


def test_a_run_learns_from_a_set_that_the_server_has_and_from_no_other(app):
    headers = {"Content-Type": "application/json"}
    status, content = ask(app, "/live/start", "POST", '{"recipe": "fast", "dataset": "/etc"}', headers)
    assert status == 422
    assert json.loads(content) == {"error": "dataset: this server has mnist"}
    assert ask(app, "/live/reals?dataset=own%20pictures")[0] == 422
    assert len(ask(app, "/live/reals")[1]) == 64 * 784


def test_the_sets_that_can_be_fetched_are_told_and_no_other_is_fetched(app):
    status, content = ask(app, "/live/datasets")
    offers = {each["name"]: each for each in json.loads(content)}
    assert (status, offers["mnist"]["status"], offers["mnist"]["title"]) == (200, "ready", "MNIST digits")
    assert (offers["mnist"]["size"], offers["mnist"]["channels"]) == (28, 1)
    assert offers["fashion-mnist"]["status"] in ("here", "away")
    assert "emnist-letters" not in offers or offers["emnist-letters"]["status"] == "here", "it is too large"
    headers = {"Content-Type": "application/json"}
    assert ask(app, "/live/fetch", "POST", '{"name": "mnist"}', headers)[0] == 200
    status, content = ask(app, "/live/fetch", "POST", '{"name": "/etc"}', headers)
    assert status == 422
    assert "does not fetch it" in json.loads(content)["error"]
    from_elsewhere = {**headers, "Origin": "https://a.example"}
    assert ask(app, "/live/fetch", "POST", '{"name": "kmnist"}', from_elsewhere)[0] == 403


@pytest.mark.parametrize(
    ("content", "wish", "headers", "status", "words"),
    [
        (b"nothing", WISH, BYTES, 422, "damaged"),
        (save({"images": PICTURES[:, :20]}), WISH, BYTES, 422, "expected uint8 [N, size, size"),
        (bytes(own_pictures.MAX_BYTES + 1), WISH, BYTES, 413, "at most 5,000 fit"),
        (save({"images": PICTURES}), {"recipe": "none"}, BYTES, 422, "none"),
        (save({"images": PICTURES}), {"wish": 1}, BYTES, 422, "Field required"),
        (save({"images": PICTURES}), WISH, {"Content-Type": "text/plain"}, 415, "octet-stream"),
        (save({"images": PICTURES}), WISH, {**BYTES, "Origin": "https://a.example"}, 403, "another site"),
    ],
)
def test_what_makes_no_sense_gets_one_line(app, content, wish, headers, status, words):
    found, answer = start(app, content, wish, headers)
    assert found == status
    assert words in answer["error"]
    assert "\n" not in answer["error"]
