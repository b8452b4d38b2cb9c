"""What one visitor's abuse costs the others: `python -m tests.benchmarks.abuse [--row N]`.

Each row does to an app of its own what once froze it, while another visitor asks for a static file and
watches a run. "Before" is what was measured when nothing was limited, on another day: read the ratios. Takes
about ten minutes; a row, about one.
"""

import argparse
import asyncio
import gzip
import http.client
import json
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from tests.app import running_app
from tests.benchmarks.visitor import (
    Visitor,
    in_a_process_of_low_priority,
    only_child,
    processor_seconds,
)

STATIC = "/web/train/train.js"
JSON = {"Content-Type": "application/json"}
MB = 10**6
TURN = 10  # seconds of one measurement of how fast a run trains


class Client:
    """One visitor, who is known by an address of its own, as behind a proxy."""

    def __init__(self, address: str, number: int):
        self.host = urlsplit(address).netloc
        self._headers = {"X-Forwarded-For": f"10.0.0.{number}"}

    def ask(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """The status and the content of an answer; a `body` that is no bytes is sent as JSON.

        The status is 0 where the server hung up before it had read the whole body.
        """
        if body is not None and not isinstance(body, bytes):
            body, headers = json.dumps(body).encode(), JSON | (headers or {})
        connection = http.client.HTTPConnection(self.host, timeout=300)
        try:
            connection.request("GET" if body is None else "POST", path, body, self._headers | (headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (BrokenPipeError, ConnectionResetError):
            return 0, b""
        finally:
            connection.close()

    def seconds(self, path: str) -> float:
        """How long an answer takes."""
        begin = time.perf_counter()
        self.ask(path)
        return time.perf_counter() - begin

    def start(self, recipe: str = "fast", first: str = "run") -> dict[str, str]:
        """Starts a run and waits for its first step. Returns its ticket."""
        status, content = self.ask("/live/start", {"recipe": recipe, "first_command": first})
        if status != 200:
            raise RuntimeError(content.decode())
        ticket = json.loads(content)
        while not self.step(ticket):
            time.sleep(0.1)
        return ticket

    def order(self, ticket: dict[str, str], order: str) -> int:
        return self.ask("/live/order", {**ticket, "order": order})[0]

    def step(self, ticket: dict[str, str]) -> int:
        """How far a run is; a first question is answered by a whole snapshot, whose text holds it too."""
        content = self.ask(f"/live/watch/{ticket['name']}", headers={"Accept-Encoding": "gzip"})[1]
        return _snapshot(content)["step"]

    def memory(self) -> float:
        """Of the app's process, in MB."""
        return json.loads(self.ask("/healthz")[1])["memory_bytes"] / MB


def _snapshot(content: bytes) -> dict[str, Any]:
    unpacked = gzip.decompress(content)
    header = json.loads(unpacked[8 : 8 + int.from_bytes(unpacked[:8], "little")])
    return json.loads(header["__metadata__"]["snapshot"])


def meanwhile(
    victim: Client, paths: dict[str, str], abuse: Callable[..., Any], *arguments: Any
) -> tuple[str, Any]:
    """How long the victim waits for some answers while `abuse` goes on, in words; and what that returned.

    `paths` are asked for, by their names. `abuse` is a function of a module, which runs in another process.
    """
    idle = {name: _p95([victim.seconds(path) for _ in range(100)]) for name, path in paths.items()}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in paths}  # when, and how long
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(in_a_process_of_low_priority, _timed, abuse, *arguments)
        while not done.done():
            for name, path in paths.items():
                times[name].append((time.monotonic(), victim.seconds(path)))
            time.sleep(0.02)
    begin, end, result = done.result()
    words = []
    for name, found in times.items():
        during = _p95([took for at, took in found if at + took >= begin and at <= end])
        words.append(f"{name} {1000 * during:.1f} ms (idle {1000 * idle[name]:.1f})")
    return f"p95 in {end - begin:.1f} s: {', '.join(words)}", result


def _timed(abuse: Callable[..., Any], *arguments: Any) -> tuple[float, float, Any]:
    begin = time.monotonic()
    result = abuse(*arguments)
    return begin, time.monotonic(), result


def _p95(times: list[float]) -> float:
    return float(np.percentile(times, 95))


def surveys(villain: Client, victim: Client) -> str:
    ticket, theirs = victim.start(), villain.start()
    villain.order(theirs, "pause")

    paths = {"file": STATIC, "poll": f"/live/watch/{ticket['name']}"}
    words, statuses = meanwhile(victim, paths, ask_sixty_times, villain, f"/live/page/{theirs['name']}")
    return f"{words}; {dict(statuses)}"


def ask_sixty_times(villain: Client, path: str) -> Counter[int]:
    with ThreadPoolExecutor(60) as pool:
        return Counter(pool.map(lambda _: villain.ask(path)[0], range(60)))


def orders(villain: Client, victim: Client) -> str:
    ticket, theirs = victim.start(), villain.start(first="step")

    def rate(seconds: float = 10) -> float:
        before, begin = victim.step(ticket), time.perf_counter()
        time.sleep(seconds)
        return (victim.step(ticket) - before) / (time.perf_counter() - begin)

    alone = rate()
    with ThreadPoolExecutor(1) as thread:
        statuses = thread.submit(in_a_process_of_low_priority, order_ten_thousand_steps, villain, theirs)
        time.sleep(2)  # the process starts
        during = rate()
    return f"the other run: {alone:.0f} steps/s, {during:.0f} meanwhile; {dict(statuses.result())}"


def order_ten_thousand_steps(villain: Client, ticket: dict[str, str]) -> Counter[int]:
    with ThreadPoolExecutor(9) as pool:
        return Counter(pool.map(lambda _: villain.order(ticket, "step"), range(10_000)))


def many_runs(villain: Client, victim: Client) -> str:
    before, begin, refused = villain.memory(), time.perf_counter(), 0
    for _ in range(80):
        try:
            villain.order(villain.start("article", "step"), "stop")
        except RuntimeError:
            refused += 1
            time.sleep(0.2)
    time.sleep(5)
    seconds = time.perf_counter() - begin
    return f"{before:.0f} → {villain.memory():.0f} MB in {seconds:.0f} s, {refused} refused"


def large_json(villain: Client, victim: Client) -> str:
    before = villain.memory()
    body = b'{"data": "' + bytes(100 * MB) + b'"}'
    path = "/gradio_api/component_server"
    words, (status, _) = meanwhile(victim, {"file": STATIC}, villain.ask, path, body, JSON)
    return f"{words}; status {status}; {before:.0f} → {villain.memory():.0f} MB"


def upload(villain: Client, victim: Client) -> str:
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    status, content = villain.ask("/gradio_api/upload", head + bytes(300 * MB) + b"\r\n--x--\r\n", kind)
    return f"status {status} {content[:60].decode()}"


def drawing(villain: Client, victim: Client) -> str:
    z = [[0.123456789] * 64] * 20_000
    body = {"data": {"model": "mnist", "z": z}, "component_id": 1, "fn_name": "draw", "session_hash": "x"}
    path = "/gradio_api/component_server"
    words, (status, content) = meanwhile(victim, {"file": STATIC}, villain.ask, path, body)
    return f"{words}; status {status} {content[:60].decode()}"


def seats(villain: Client, victim: Client) -> str:
    statuses = Counter(villain.ask("/live/start", {"recipe": "fast"})[0] for _ in range(15))
    return f"the one visitor's 15 starts: {dict(statuses)}; then a newcomer's: {_status_of_start(victim)}"


def _status_of_start(client: Client) -> int:
    return client.ask("/live/start", {"recipe": "fast"})[0]


def other_site(villain: Client, victim: Client) -> str:
    headers = {"Content-Type": "text/plain", "Origin": "https://elsewhere.example"}
    body = json.dumps({"recipe": "fast"}).encode()
    statuses = Counter(villain.ask("/live/start", body, headers)[0] for _ in range(16))
    return f"{dict(statuses)}; {json.loads(villain.ask('/healthz')[1])['runs']} runs"


def watchers(villain: Client, victim: Client) -> str:
    """Two hundred watch one run, each once a second, as the page does for a run that is another's.

    What they cost the app is measured by itself while the run is paused, in processor time. What they cost
    the run is measured in turns with times without them, because the machine may have other work.
    """
    ticket, app = victim.start(), only_child()

    def rate(seconds: float) -> float:
        before, begin = victim.step(ticket), time.perf_counter()
        time.sleep(seconds)
        return (victim.step(ticket) - before) / (time.perf_counter() - begin)

    def watched(measure: Callable[[], float]) -> tuple[float, list[float]]:
        with ThreadPoolExecutor(1) as thread:
            args = watch_many, villain.host, ticket["name"], TURN + 4
            times = thread.submit(in_a_process_of_low_priority, *args)
            time.sleep(3)  # until they have begun
            return measure(), times.result()

    alone, together, times = [], [], []
    for _ in range(4):
        alone.append(rate(TURN))
        steps, found = watched(lambda: rate(TURN - 1))
        together.append(steps)
        times += found
    victim.order(ticket, "pause")
    time.sleep(2)
    before = processor_seconds(app)
    _, found = watched(lambda: time.sleep(TURN + 3))
    each = (processor_seconds(app) - before) / len(found)
    fast, slow = np.median(alone), np.median(together)
    return (
        f"{fast:.0f} steps/s alone, {slow:.0f} watched ({100 * (1 - slow / fast):.0f} % less);"
        f" a poll takes the app {1e6 * each:.0f} µs of processor time; p95 {1000 * _p95(times):.0f} ms"
    )


def watch_many(host: str, name: str, seconds: float) -> list[float]:
    """Lets 200 visitors watch a run, each once a second. Returns how long their answers took."""
    visitors = [Visitor(host, f"10.1.0.{number}") for number in range(200)]
    end = time.monotonic() + seconds

    async def watch(number: int, visitor: Visitor) -> None:
        await asyncio.sleep(number / len(visitors))
        while time.monotonic() < end:
            begin = time.monotonic()
            assert (await visitor.ask("poll", f"/live/watch/{name}")).status == 200
            await asyncio.sleep(max(0.0, 1 + begin - time.monotonic()))
        visitor.close()

    async def watch_all() -> None:
        await asyncio.gather(*(watch(*each) for each in enumerate(visitors)))

    asyncio.run(watch_all())
    return [took for visitor in visitors for took in visitor.times["poll"]]


ROWS: list[tuple[str, str, Callable[[Client, Client], str]]] = [
    ("60 GETs of /live/page/…", "a file 47–75 s (idle 4–10 ms), polls 49 s", surveys),
    ("10,000 orders to take a step", "another run 31 → 0 steps/s for over a minute", orders),
    ("starts and stops 80 `article` runs", "766 → 3,711 MB in 52 s", many_runs),
    ("one POST of 100 MB of JSON", "a file 36 s; 707 → 1,909 MB", large_json),
    ("uploads 300 MB to Gradio", "accepted, and kept for half an hour", upload),
    ("`draw` with 20,000 z", "23 s of both cores, then an error", drawing),
    ("asks for 15 of 16 seats", "newcomers are refused", seats),
    ("16 POSTs of another site's page", "they start runs", other_site),
    ("200 watch one run", "not measured", watchers),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--row", type=int, choices=range(1, len(ROWS) + 1), help="only this one")
    only = parser.parse_args().row
    print("| one visitor | before | after |\n|---|---|---|", flush=True)
    for number, (name, before, measure) in enumerate(ROWS, 1):
        if only in (None, number):
            with running_app("--behind-proxy") as address:
                clients = Client(address, 1), Client(address, 2)
                after = measure(*clients)
            print(f"| {name} | {before} | {after} |", flush=True)


if __name__ == "__main__":
    main()
