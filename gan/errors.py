"""The one exception that a user is meant to read, and command lines that raise it."""

import argparse
from typing import NoReturn


class InputError(ValueError):
    """What the user gave cannot be used; the message, one line, says what to do about it.

    Entry points print the message and exit with status 2; the app shows it. Anything else that is
    raised is a bug in this package.
    """


class CommandLine(argparse.ArgumentParser):
    """An argument parser that raises InputError: what is wrong, in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see --help")
