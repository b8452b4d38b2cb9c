"""How soon the app ends when it is asked to: `python -m tests.benchmarks.ending [--times 3]`.

A Space sends SIGTERM and waits for a while; an owner who restarts a server waits too. So the app is asked in
the middle of what it does: while runs train and are kept with --state, while a program is compiled, while a
run is surveyed for Explore, and while somebody sends a body slowly.
"""

import argparse
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.app import ROOT, answers, free_port
from tests.benchmarks.abuse import Client


def nothing(address: str) -> None:
    pass


def train(address: str) -> None:
    for number in range(4):
        Client(address, number).start()
    time.sleep(3)


def compile_a_program(address: str) -> None:
    body = {"recipe": "article", "change": {}, "conditional": False}
    Client(address, 1).ask("/live/start", body)
    time.sleep(0.5)


def survey(address: str) -> None:
    client = Client(address, 1)
    ticket = client.start(first="step")

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):  # the app ends before it answers
            client.ask(f"/live/page/{ticket['name']}")

    threading.Thread(target=ask, daemon=True).start()
    time.sleep(0.3)


def send_slowly(address: str) -> None:
    host = address.removeprefix("http://")
    connection = socket.create_connection(host.split(":"))
    head = f"POST /models/open HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n\r\n"
    connection.sendall(head.encode() + b"some")
    open_connections.append(connection)
    time.sleep(0.3)


open_connections: list[socket.socket] = []
SITUATIONS: dict[str, Callable[[str], None]] = {
    "does nothing": nothing,
    "four runs train": train,
    "a program is compiled": compile_a_program,
    "a run is surveyed": survey,
    "somebody sends slowly": send_slowly,
}


def end(situation: Callable[[str], None]) -> str:
    """Starts an app, brings it into a situation and asks it to end. Returns what happened, in words."""
    with tempfile.TemporaryDirectory() as folder:
        temporary, state, port = Path(folder) / "tmp", Path(folder) / "state", free_port()
        temporary.mkdir()
        command = [sys.executable, "app.py", "--port", str(port), "--state", str(state), "--behind-proxy"]
        environment = {**os.environ, "TMPDIR": str(temporary)}
        with (Path(folder) / "log").open("w+") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            address = f"http://127.0.0.1:{port}"
            while not answers(address):
                if process.poll() is not None:
                    raise RuntimeError(f"the app did not start: {Path(log.name).read_text()}")
                time.sleep(0.05)
            situation(address)
            runs = json.load(urllib.request.urlopen(f"{address}/healthz"))["runs"]
            process.send_signal(signal.SIGTERM)
            begin = time.monotonic()
            status = process.wait(60)
            took = time.monotonic() - begin
            log.seek(0)
            said = "Traceback" in log.read()
        kept = len(list(state.glob("*/timeline.safetensors")))
        left = [path.name for path in temporary.iterdir()]
    words = f"{took:.1f} s, status {status}, {kept} of {runs} runs kept"
    return words + (f", LEFT {left}" if left else "") + (", TRACEBACK" if said else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", choices=SITUATIONS, help="one situation")
    arguments = parser.parse_args()
    for name, situation in SITUATIONS.items():
        if arguments.only in (None, name):
            for _ in range(arguments.times):
                print(f"{name}: {end(situation)}", flush=True)


if __name__ == "__main__":
    main()
