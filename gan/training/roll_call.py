"""Finds out whether all hosts of a run have come, before JAX connects them.

JAX itself ends a process with a page of C++ messages where a host is missing, or where two have one number.
Here host 0 listens at the coordinator's address, and every other host tells it its number in a line of JSON.
Host 0 answers all of them "" if the run can begin, or else what is wrong.
"""

import json
import socket
import time
from typing import Any

from gan.errors import InputError, require

MAX_BYTES = 1000  # of a message: whoever can reach the port can send one
ANSWER_SECONDS = 5.0  # for one message of a host that has connected


def parse_address(coordinator: str) -> tuple[str, int]:
    """The name and the port of "HOST:PORT". Raises InputError if it is none."""
    name, _, port = coordinator.rpartition(":")
    is_port = port.isdecimal() and 0 < int(port) < 2**16
    require(bool(name) and is_port, f"--coordinator {coordinator}: expected HOST:PORT, as 10.0.0.1:1234")
    return name.strip("[]"), int(port)


def call_roll(coordinator: str, hosts: int, patience: float) -> None:
    """Waits, as host 0, until all the others have come.

    Raises:
      InputError: the port is taken, or not each of the other hosts has come, once, within `patience` seconds.
    """
    _, port = parse_address(coordinator)
    came: dict[int, socket.socket] = {}
    try:
        server = socket.create_server(("", port), backlog=hosts)
    except OSError as error:
        raise InputError(f"--coordinator {coordinator}: cannot listen there ({error.strerror})") from error
    with server:
        wrong = _collect(server, came, hosts, time.monotonic() + patience)
        if not wrong and len(came) < hosts - 1:
            missing = ", ".join(str(each) for each in range(1, hosts) if each not in came)
            wrong = (
                f"host {missing} did not come within {patience:g} s; start it, or begin with fewer --hosts"
            )
        for connection in came.values():
            with connection:
                _answer(connection, wrong)
    require(not wrong, wrong)


def answer_roll(coordinator: str, hosts: int, host: int, patience: float) -> None:
    """Tells host 0 that this host has come, and waits for its answer.

    Raises:
      InputError: nobody answers at that address within `patience` seconds, or host 0 says what is wrong.
    """
    address, deadline = parse_address(coordinator), time.monotonic() + patience
    while True:
        try:
            with socket.create_connection(address, timeout=ANSWER_SECONDS) as connection:
                connection.sendall(json.dumps({"host": host, "hosts": hosts}).encode() + b"\n")
                connection.settimeout(max(deadline - time.monotonic(), 0) + ANSWER_SECONDS)
                wrong = _read(connection)
            break
        except (OSError, ValueError) as error:  # nobody there yet, or somebody else
            why = error if isinstance(error, OSError) else "another program answers, or a run that has begun"
            require(
                time.monotonic() < deadline,
                f"--coordinator {coordinator}: host 0 did not answer within {patience:g} s ({why}); "
                "start it, and give every host its address",
            )
            time.sleep(0.2)
    require(not wrong, str(wrong))


def _collect(server: socket.socket, came: dict[int, socket.socket], hosts: int, deadline: float) -> str:
    """Lets the other hosts in until all have come or time is up. Returns what is wrong with one, or ""."""
    while len(came) < hosts - 1 and time.monotonic() < deadline:
        server.settimeout(max(deadline - time.monotonic(), 0.01))
        try:
            connection, _ = server.accept()
            connection.settimeout(ANSWER_SECONDS)
            told = _read(connection)
            host, their_hosts = int(told["host"]), int(told["hosts"])
        except (OSError, ValueError, KeyError, TypeError, OverflowError):  # time is up, or no host of ours
            continue
        if not 0 <= host < their_hosts:  # no host says so of itself
            connection.close()
            continue
        for ended in [each for each, its_connection in came.items() if _has_ended(its_connection)]:
            came.pop(ended).close()  # it may come again
        wrong = ""
        if their_hosts != hosts:
            wrong = f"host {host} was started with --hosts {their_hosts}, and host 0 with --hosts {hosts}"
        elif host in came or host == 0:
            wrong = f"two hosts were started with --host {host}; give each a number of its own"
        if wrong:
            _answer(connection, wrong)
            connection.close()
            return wrong
        came[host] = connection
    return ""


def _read(connection: socket.socket) -> Any:
    """What the other side has sent. Raises OSError, or ValueError where that is no line of JSON."""
    try:
        return json.loads(connection.makefile("rb").readline(MAX_BYTES))
    except RecursionError as error:
        raise ValueError("too many brackets") from error


def _has_ended(connection: socket.socket) -> bool:
    """Whether a host that has come, and waits for its answer, has closed its connection."""
    connection.settimeout(0)
    try:
        return not connection.recv(1)
    except BlockingIOError:  # it waits
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(ANSWER_SECONDS)


def _answer(connection: socket.socket, wrong: str) -> None:
    """Tells a host what is wrong, "" for nothing, and waits until it has read that and closed."""
    try:
        connection.sendall(json.dumps(wrong).encode() + b"\n")
        connection.recv(1)  # it closes first, so that the port is free at once
    except OSError:
        pass  # it has gone
