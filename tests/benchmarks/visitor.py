"""A visitor without a browser: asks as the page does, on one connection, and notes how long answers take.

Many of them share one process, which yields its processor to the app (`in_a_process_of_low_priority`): on a
machine of two cores, what the visitors cost would otherwise count as what the app costs.
"""

import asyncio
import gzip
import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

IDLE_SECONDS = 4  # after which a connection is opened anew: the app closes it after 5
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Answer(NamedTuple):
    status: int  # 0: there was none
    headers: dict[str, str]
    content: bytes


class Visitor:
    """One visitor, known by an address of its own as behind a proxy.

    Attributes:
      times: how long each answer took, in seconds, by what was asked for.
      statuses: how often each status came; 0 is a connection that broke off.
    """

    def __init__(self, host: str, address: str):
        """`host`: the app's, with its port."""
        self._host, self._address = host, address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._last = 0.0
        self.times: dict[str, list[float]] = {}
        self.statuses: Counter[int] = Counter()

    async def ask(self, kind: str, path: str, body: Any = None) -> Answer:
        """Asks for a path, or sends a `body` as JSON there. `kind`: under this name the time is noted."""
        begin = time.perf_counter()
        try:
            answer = await self._ask(path, b"" if body is None else json.dumps(body).encode())
        except (OSError, asyncio.IncompleteReadError):
            self._streams, answer = None, Answer(0, {}, b"")
        self.times.setdefault(kind, []).append(time.perf_counter() - begin)
        self.statuses[answer.status] += 1
        return answer

    async def _ask(self, path: str, body: bytes) -> Answer:
        if self._streams is None or time.monotonic() - self._last > IDLE_SECONDS:
            self.close()
            self._streams = await asyncio.open_connection(*self._host.split(":"), limit=2**20)
        reader, writer = self._streams
        head = (
            f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept-Encoding: gzip\r\n"
        )
        head += f"X-Forwarded-For: {self._address}\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        content = await reader.readexactly(int(headers["content-length"]))
        self._last = time.monotonic()
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, content)

    def close(self) -> None:
        if self._streams:
            self._streams[1].close()
        self._streams = None

    async def watch(self, name: str, pace: float, end: float) -> int:
        """Asks for the news of a run until `end` (of `time.monotonic`). Returns the last step that was seen.

        Args:
          pace: seconds from an answer to the next question.
        """
        version, step = -1, 0
        while time.monotonic() < end:
            answer = await self.ask("poll", f"/live/watch/{name}?after={version}")
            if answer.status == 200:
                news = snapshot(answer)
                version, step = news.get("version", version), news["step"]
            await asyncio.sleep(pace)
        return step


def snapshot(answer: Answer) -> dict[str, Any]:
    """What an answer tells of a run, without its arrays."""
    if answer.headers["content-type"] == "application/json":
        return json.loads(answer.content)
    unpacked = gzip.decompress(answer.content)
    header = json.loads(unpacked[8 : 8 + int.from_bytes(unpacked[:8], "little")])
    return json.loads(header["__metadata__"]["snapshot"])


def in_a_process_of_low_priority(work: Callable[..., Any], *arguments: Any) -> Any:
    """Returns what a function of a module returns, called in another process, which yields to all others."""
    with multiprocessing.get_context("spawn").Pool(1, os.nice, (19,)) as pool:
        return pool.apply(work, arguments)


def processor_seconds(process: int) -> float:
    """That a process has used so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(process: int) -> float:
    """That a process has now, in MB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 10**6


def only_child() -> int:
    """The process id of an app that this process has started, and nothing else."""
    return int(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[0])
