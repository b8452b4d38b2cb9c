"""The Train page under load: `python -m tests.benchmarks.live [--minutes 10]`.

First what watching costs: images a second of a run without a screen, with one visitor who asks four
times a second, and with ten spectators besides. Then, for so many minutes, twenty visitors at
once: four train, turn knobs, go back; twelve watch; four fetch models. Counts answers that were
errors, compares how far equal runs came, and the memory at the beginning, in the middle and after.
"""

import argparse
import contextlib
import gzip
import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from gan import data
from gan.recipes import RECIPES
from gan.trainer import Trainer
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
        about = json.loads(json.loads(answer[8 : 8 + size])["__metadata__"]["about"])
        self.version = about["version"]
        return about


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
    trainer = Trainer(RECIPES["fast"], data.load())
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


def memory(process: int) -> float:
    """Resident, in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def crowd(address: str, process: int, minutes: float) -> None:
    end = time.monotonic() + 60 * minutes
    owners = [Client(address) for _ in range(4)]
    tickets = [owner.post("start", recipe="fast", seed=seed) for seed, owner in enumerate(owners)]
    steps = [0] * 4
    watchers = [Client(address) for _ in range(12)]
    explorers = [Client(address) for _ in range(4)]

    def own(i: int) -> None:
        while time.monotonic() < end:
            news = owners[i].watch(tickets[i]["name"])
            steps[i] = max(steps[i], news.get("step", 0))
            if random.random() < 0.02:
                owners[i].post(
                    "order", **tickets[i], order="set", change={"instance_noise": random.choice([0, 0.1])}
                )
            time.sleep(POLL)

    def watch(i: int) -> None:
        while time.monotonic() < end:
            name = tickets[i % 4]["name"]
            news = watchers[i].watch(name)
            if news.get("frames") and random.random() < 0.1:
                watchers[i].get(f"live/frame/{name}/{news['frames'][-1]}")
            time.sleep(POLL)

    def explore(i: int) -> None:
        while time.monotonic() < end:
            explorers[i].get("models/mnist-digits.safetensors")
            time.sleep(2)

    jobs = [(own, 4), (watch, 12), (explore, 4)]
    threads = [threading.Thread(target=job, args=(i,)) for job, count in jobs for i in range(count)]
    before = memory(process)
    for thread in threads:
        thread.start()
    time.sleep(30 * minutes)
    middle = memory(process)
    for thread in threads:
        thread.join()
    late = memory(process)
    for owner, ticket in zip(owners, tickets, strict=True):
        owner.post("order", **ticket, order="stop")
    time.sleep(3)
    clients = owners + watchers + explorers
    errors = [error for client in clients for error in client.errors]
    answers = sum(client.answers for client in clients)
    print(f"{minutes:g} minutes, {answers:,} answers, {len(errors)} errors {errors[:3]}")
    print(f"steps of four equal runs: {steps}, the slowest {min(steps) / max(steps):.0%} of the fastest")
    print(
        f"memory, MB: {before:.0f} before, {middle:.0f} half way, {late:.0f} at the end, "
        f"{memory(process):.0f} after all had stopped"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    with running_app() as address:
        time.sleep(15)  # it compiles and surveys
        cost_of_watching(address)
        if minutes:
            crowd(address, _child(), minutes)


def _child() -> int:
    """The app's process: this one's only child."""
    return int(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[0])


if __name__ == "__main__":
    main()
