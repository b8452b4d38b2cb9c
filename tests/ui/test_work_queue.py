import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from starlette.requests import ClientDisconnect, Request

from gan.ui.work_queue import Busy, WorkQueue


def run(main):
    """Runs a coroutine function in another thread: in this one, a browser's event loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, main).result()


def visitor():
    """A request, and the event by which its visitor hangs up."""
    gone = anyio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive), gone


def test_few_wait_others_are_refused_and_whoever_hangs_up_makes_room():
    go, done = threading.Event(), []

    async def main():
        queue = WorkQueue(threads=1, max_waiting=1)
        outcomes = {}

        async def ask(name, request, began):
            def work():
                go.wait(60)
                done.append(name)
                return name

            try:
                began.set()
                outcomes[name] = await queue.run(request, work)
            except (Busy, ClientDisconnect) as error:
                outcomes[name] = type(error)

        async with anyio.create_task_group() as tasks:

            async def come(name):
                (request, gone), began = visitor(), anyio.Event()
                tasks.start_soon(ask, name, request, began)
                await began.wait()
                return gone

            await come("worked on")
            gone = await come("waits")
            await come("refused")
            await anyio.wait_all_tasks_blocked()
            assert outcomes == {"refused": Busy}
            gone.set()
            await anyio.wait_all_tasks_blocked()
            assert outcomes == {"refused": Busy, "waits": ClientDisconnect}
            await come("let in")
            await anyio.wait_all_tasks_blocked()
            assert "let in" not in outcomes
            go.set()
        assert outcomes["worked on"] == "worked on"
        assert outcomes["let in"] == "let in"

    run(main)
    assert done == ["worked on", "let in"], "what nobody waits for is not begun"


def test_trouble_comes_out_as_it_is_and_leaves_no_place_taken():
    async def main():
        queue = WorkQueue(threads=1, max_waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await queue.run(visitor()[0], lambda: 1 / 0)
        assert await queue.run(visitor()[0], lambda: 1) == 1

    run(main)
