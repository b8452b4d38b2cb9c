"""What the Train page costs: `python -m tests.benchmarks.live`.

Seconds from a start to its first new picture. Then images a second of a run without a screen, with
one visitor who asks four times a second, and with ten spectators besides. Then how evenly four
equal runs share the machine.
"""

import contextlib
import gzip
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from gan.data import datasets
from gan.recipes import RECIPES
from gan.training.trainer import Trainer
from tests.app import running_app

SECONDS = 45  # of each measurement of what watching costs
POLL = 0.25


class Client:
    """A visitor: asks, and counts what went wrong."""

    def __init__(self, address: str):
        self.address, self.errors, self.answers, self.version = address, [], 0, -1

    def get(self, path: str) -> bytes:
        return self._open(urllib.request.Request(f"{self.address}/{path}"))

    def post(self, path: str, **body) -> dict:
        return json.loads(
            self._open(urllib.request.Request(f"{self.address}/live/{path}", json.dumps(body).encode()))
        )

    def _open(self, request: urllib.request.Request) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                self.answers += 1
                content = response.read()
                return (
                    gzip.decompress(content)
                    if response.headers.get("Content-Encoding") == "gzip"
                    else content
                )
        except urllib.error.URLError as error:
            self.errors.append(f"{request.full_url}: {error}")
            return b"{}"

    def watch(self, name: str) -> dict:
        """What a page does POLL after POLL. Returns the news."""
        answer = self.get(f"live/watch/{name}?after={self.version}")
        if answer.startswith(b"{") and b"__metadata__" not in answer[:40]:
            return json.loads(answer)
        size = int.from_bytes(answer[:8], "little")
        metadata = json.loads(json.loads(answer[8 : 8 + size])["__metadata__"]["snapshot"])
        self.version = metadata["version"]
        return metadata


@contextlib.contextmanager
def spectators(address: str, name: str, count: int) -> Iterator[list[Client]]:
    done = threading.Event()
    clients = [Client(address) for _ in range(count)]

    def look(client: Client) -> None:
        while not done.wait(POLL):
            client.watch(name)

    threads = [threading.Thread(target=look, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    yield clients
    done.set()
    for thread in threads:
        thread.join()


def headless() -> float:
    trainer = Trainer(RECIPES["fast"], datasets.load_dataset())
    trainer.compile()
    start = time.monotonic()
    for _ in trainer.run(10**6, 0.08):
        if time.monotonic() - start > SECONDS:
            return trainer.step * 32 / (time.monotonic() - start)


def watched(address: str, others: int) -> float:
    client = Client(address)
    ticket = client.post("start", recipe="fast")
    while not client.watch(ticket["name"]).get("step"):
        time.sleep(0.05)
    with spectators(address, ticket["name"], 1 + others):
        first, start = client.watch(ticket["name"])["step"], time.monotonic()
        time.sleep(SECONDS)
        rate = (client.watch(ticket["name"])["step"] - first) * 32 / (time.monotonic() - start)
    client.post("order", **ticket, order="stop")
    return rate


def cost_of_watching(address: str) -> None:
    alone, one, eleven = headless(), watched(address, 0), watched(address, 10)
    print(
        f"images/s: headless {alone:,.0f}, watched {one:,.0f} ({one / alone:.1%}), "
        f"by eleven {eleven:,.0f} ({eleven / alone:.1%})",
        flush=True,
    )


def first_picture(address: str) -> None:
    """Seconds from a start to a picture of something learned."""
    waits = []
    for seed in range(5):
        client, start = Client(address), time.monotonic()
        ticket = client.post("start", recipe="fast", seed=seed)
        while max(client.watch(ticket["name"]).get("frames", [0]), default=0) == 0:
            time.sleep(0.02)
        waits.append(time.monotonic() - start)
        client.post("order", **ticket, order="stop")
    print("start to first new picture, s:", *(f"{wait:.2f}" for wait in waits), flush=True)


def fairness(address: str) -> None:
    client = Client(address)
    names = [client.post("start", recipe="fast", seed=seed)["name"] for seed in range(4)]
    looks = [Client(address) for _ in names]
    time.sleep(SECONDS)
    steps = [look.watch(name)["step"] for look, name in zip(looks, names, strict=True)]
    print(f"steps of four equal runs: {steps}, the slowest {min(steps) / max(steps):.0%} of the fastest")


def main() -> None:
    with running_app() as address:
        time.sleep(20)  # it compiles and surveys
        first_picture(address)
        cost_of_watching(address)
        fairness(address)


if __name__ == "__main__":
    main()
