"""Asks a served app for something, as a page does."""

import contextlib
import http.client
import json
import time

RUNS = 3  # that the app keeps
MODEL = "mnist-digits"


def ask(app, path, method="GET", body=None, headers=None):
    """The status and the content of the answer."""
    connection = http.client.HTTPConnection(app.host, timeout=240)
    with contextlib.suppress(BrokenPipeError):  # it was refused while its body was still on its way
        connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def serve(app, name, asked):
    """The status and the answer of a function of Explore, as Gradio's page asks for it."""
    (component,) = [
        number
        for number, block in app.demo.blocks.items()
        if hasattr(block, "server_fns") and any(f.__name__ == name for f in block.server_fns)
    ]
    body = {"data": asked, "component_id": component, "fn_name": name, "session_hash": "visitor"}
    headers = {"Content-Type": "application/json"}
    status, content = ask(app, "/gradio_api/component_server", "POST", json.dumps(body), headers)
    return status, json.loads(content)


def until(is_so, seconds=240):
    deadline = time.monotonic() + seconds
    while not (found := is_so()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found
