"""Where the app listens, and whether it can: this is known before anything is loaded."""

import os
import socket

from gan.errors import InputError, require


def choose(host: str | None, port: int | None) -> tuple[str, int]:
    """The host and the port to listen on: None for 127.0.0.1 and 7860, or what a Space's environment says.

    Raises:
      InputError: nobody can listen there. Another program does, or the host is not this machine's.
    """
    host = host or os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    port = os.environ.get("GRADIO_SERVER_PORT", 7860) if port is None else port
    require(str(port).isdecimal() and 1 <= int(port) <= 65535, f"port {port}: expected 1 to 65535")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, int(port)), family=family).close()
    except OSError as error:
        raise InputError(f"cannot listen on {host}:{port}; choose another --port or --host") from error
    return host, int(port)
