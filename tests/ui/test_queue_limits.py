"""What Gradio keeps of programs that ask for something and never fetch it."""

import json

import pytest

from gan.ui.app import MAX_STATES
from tests.ui.served import MODEL, ask, until

JSON = {"Content-Type": "application/json"}


def join(app, path="queue/join", **body):
    """Asks for something that is refused once its turn comes. The status of the answer."""
    body = {"data": [-1, -1, 1.0, MODEL, ""], "fn_index": next(iter(app.demo.fns)), **body}
    return ask(app, f"/gradio_api/{path}", "POST", json.dumps(body), JSON)[0]


def test_who_never_fetches_an_answer_is_forgotten(app, monkeypatch):
    waiting = app.demo._queue.pending_event_ids_session
    assert waiting.max_size == app.demo._queue.pending_messages_per_session.max_size
    monkeypatch.setattr(waiting, "max_size", 3)
    waiting.clear()
    assert [join(app, session_hash=f"program {i}") for i in range(5)] == [200] * 5
    assert list(waiting) == ["program 2", "program 3", "program 4"]
    waiting.clear()


@pytest.mark.parametrize("path", ["queue/join", "call/generate", "call/v2/generate"])
def test_what_is_kept_of_a_program_is_short(app, path):
    assert join(app, path, session_hash=5000 * "x") == 413


A_FILE = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}


@pytest.mark.parametrize("values", [[], [7, 3, 1.0, MODEL], [A_FILE, 3, 1.0, MODEL, ""]])
def test_values_that_fit_no_endpoint_are_refused_in_one_line(app, values, capfd):
    _, content = ask(app, "/gradio_api/call/generate", "POST", json.dumps({"data": values}), JSON)
    _, answer = ask(app, f"/gradio_api/call/generate/{json.loads(content)['event_id']}")
    assert b"expected 5 numbers and texts" in answer
    assert "Traceback" not in capfd.readouterr().err


def test_few_states_of_pages_are_kept(app):
    assert app.demo.app.state_holder.capacity == MAX_STATES


def test_no_table_is_made_of_what_programs_have_asked(app):
    queue = app.demo._queue
    recorded = queue.events_recorded
    assert [join(app, session_hash="program") for _ in range(3)] == [200] * 3
    until(lambda: not queue.event_ids_to_events)
    assert queue.events_recorded == recorded + 3
    assert len(queue.event_analytics) == 1
    assert queue.cached_event_analytics_summary == {"functions": {}}
