"""The one exception that a user is meant to read."""


class InputError(ValueError):
    """What the user gave cannot be used; the message, one line, says what to do about it.

    Entry points print the message and exit with status 2; the app shows it. Anything else that is
    raised is a bug in this package.

    The message may quote a path or a file. So line breaks in it, and whatever else has no shape on a screen,
    become a space.
    """

    def __init__(self, message: str):
        lines = "".join(letter if letter.isprintable() else "\n" for letter in message).split("\n")
        super().__init__(" ".join(filter(None, lines)))


def require(condition: bool, message: str) -> None:
    """Raises InputError with this message unless the condition holds."""
    if not condition:
        raise InputError(message)
