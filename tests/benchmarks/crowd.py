"""Twenty visitors at once, without browsers: `python -m tests.benchmarks.crowd [--minutes 10]`.

Four train and turn a knob, eight watch them, eight open the page again and again. It prints which statuses
the answers had, how long they took, what all this cost the app, and its memory before, meanwhile, and after
all have left. `crowd_in_browsers` is the same with real pages, whose drawing takes most of the machine.
"""

import argparse
import asyncio
import gzip
import json
import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from gan.live.limits import Limits
from tests.app import running_app
from tests.benchmarks.visitor import (
    Visitor,
    in_a_process_of_low_priority,
    memory,
    only_child,
    processor_seconds,
)

TRAIN, WATCH, EXPLORE = 4, 8, 8
OWN_PACE, WATCHED_PACE = 0.25, 1.0  # seconds between two questions, as gan/web/train/polling.js has them
KNOB_SECONDS, VISIT_SECONDS = 10, 20  # between two orders of one who trains, and between two visits of a page


async def open_page(visitor: Visitor) -> None:
    """Fetches the document, the scripts that it names, and the first model."""
    document = await visitor.ask("document", "/")
    text = gzip.decompress(document.content).decode()
    for path in re.findall(r'href="(v/[^"]+)"', text):
        await visitor.ask("script", f"/{path}")
    model = re.search(r"models/[\w-]+\.safetensors\?v=\w+", text)
    if model:
        await visitor.ask("model", f"/{model[0]}")


async def turn_a_knob(visitor: Visitor, ticket: dict[str, str], end: float) -> None:
    while time.monotonic() + KNOB_SECONDS < end:
        await asyncio.sleep(KNOB_SECONDS)
        change = {"instance_noise": random.choice([0.0, 0.2])}
        await visitor.ask("order", "/live/order", {**ticket, "order": "set", "change": change})


async def explore(visitor: Visitor, end: float) -> None:
    await asyncio.sleep(random.uniform(0, VISIT_SECONDS))
    while time.monotonic() < end:
        await open_page(visitor)
        await asyncio.sleep(VISIT_SECONDS)


async def _visit(host: str, minutes: float) -> dict[str, Any]:
    trainers, watchers, explorers = (
        [Visitor(host, f"10.0.{group}.{i}") for i in range(count)]
        for group, count in enumerate((TRAIN, WATCH, EXPLORE))
    )
    tickets = []
    for seed, visitor in enumerate(trainers):
        await open_page(visitor)
        started = await visitor.ask("start", "/live/start", {"recipe": "fast", "seed": seed})
        tickets.append(json.loads(started.content))
    end = time.monotonic() + 60 * minutes
    steps = await asyncio.gather(
        *(visitor.watch(t["name"], OWN_PACE, end) for visitor, t in zip(trainers, tickets, strict=True)),
        *(visitor.watch(tickets[i % TRAIN]["name"], WATCHED_PACE, end) for i, visitor in enumerate(watchers)),
        *(turn_a_knob(Visitor(host, f"10.0.0.{i}"), ticket, end) for i, ticket in enumerate(tickets)),
        *(explore(visitor, end) for visitor in explorers),
    )
    for visitor, ticket in zip(trainers, tickets, strict=True):
        await visitor.ask("leave", "/live/leave", ticket)
    times: dict[str, list[float]] = {}
    statuses: Counter[int] = Counter()
    for visitor in (*trainers, *watchers, *explorers):
        visitor.close()
        statuses += visitor.statuses
        for kind, found in visitor.times.items():
            times.setdefault(kind, []).extend(found)
    return {"steps": steps[:TRAIN], "statuses": dict(statuses), "times": times}


def visit(host: str, minutes: float) -> dict[str, Any]:
    """Lets twenty visitors do what they do for so long. Returns what they saw."""
    return asyncio.run(_visit(host, minutes))


def crowd(host: str, process: int, minutes: float) -> None:
    """The same, in a process of its own, and prints the figures. `process`: the app's."""
    before, begin, sizes = processor_seconds(process), time.monotonic(), [memory(process)]
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(in_a_process_of_low_priority, visit, host, minutes)
        while not found.done():
            time.sleep(1)
            sizes.append(memory(process))
    seen = found.result()
    share = (processor_seconds(process) - before) / (time.monotonic() - begin)
    print(f"{minutes:g} minutes: {share:.2f} cores; statuses {seen['statuses']}; steps {seen['steps']}")
    for kind, times in seen["times"].items():
        middle, most = 1000 * np.percentile(times, [50, 95])
        print(f"  {len(times)} × {kind}: median {middle:.0f} ms, p95 {most:.0f} ms")
    print(f"  memory: {sizes[0]:.0f} MB before, {max(sizes):.0f} at most", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    minutes = parser.parse_args().minutes
    with running_app("--behind-proxy") as address:
        host, app = urlsplit(address).netloc, only_child()
        time.sleep(20)  # it compiles and surveys
        for each in (0.5, minutes):  # the first for what is loaded once and stays
            crowd(host, app, each)
            time.sleep(Limits().left_seconds + 15)
            print(f"  memory: {memory(app):.0f} MB after all had left", flush=True)


if __name__ == "__main__":
    main()
