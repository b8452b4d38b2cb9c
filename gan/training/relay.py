"""A way to host 0 that stays open on this side when host 0 has ended.

JAX ends a process with a page of C++ messages, at once, when its connection to host 0 closes. So it connects
to an address of its own machine, and threads carry the bytes from there to host 0 and back: a few hundred
a second, as no numbers of the training take this way. When host 0 has gone, this side stays open. Then
there is time to end in order, and to say why.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable

from gan.training.roll_call import parse_address

HERE = "127.0.0.1"
CHUNK = 2**16  # bytes that are carried at a time


def open_relay(coordinator: str, patience: float, lost: Callable[[], None]) -> str:
    """Opens a way to host 0 at an address of this machine, which is returned as "HOST:PORT".

    Args:
      coordinator: "HOST:PORT" of host 0, which may begin to listen later.
      patience: seconds in which host 0 must have begun to listen.
      lost: called in a thread of the relay, once host 0 has closed a connection that this side had not.
    """
    server = socket.create_server((HERE, 0))
    _ask_no_proxy_for(HERE)

    def serve() -> None:
        while True:
            near, _ = server.accept()
            _in_thread(carry, near)

    def carry(near: socket.socket) -> None:
        far = _connect(coordinator, time.monotonic() + patience)
        if far is None:
            near.close()  # JAX says that it cannot connect
            return
        has_ended = threading.Event()  # on this side
        _in_thread(send, near, far, has_ended)
        _copy(far, near)
        if not has_ended.is_set():
            lost()

    def send(near: socket.socket, far: socket.socket, has_ended: threading.Event) -> None:
        _copy(near, far)
        has_ended.set()
        with contextlib.suppress(OSError):
            far.shutdown(socket.SHUT_RDWR)

    _in_thread(serve)
    return f"{HERE}:{server.getsockname()[1]}"


def _ask_no_proxy_for(address: str) -> None:
    """Where gRPC, by which JAX connects, is told to go through a proxy: not to this address."""
    if {"grpc_proxy", "http_proxy", "https_proxy"} & os.environ.keys():
        # Of these two names, gRPC reads the first that is set.
        name = "no_grpc_proxy" if "no_grpc_proxy" in os.environ else "no_proxy"
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), address]))


def _in_thread(function: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=function, args=arguments, daemon=True).start()


def _connect(coordinator: str, deadline: float) -> socket.socket | None:
    """A connection to host 0; None where it does not listen before the deadline."""
    while True:
        try:
            return socket.create_connection(parse_address(coordinator))
        except OSError:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.1)


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Carries bytes until the source ends."""
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
