"""The one exception that a user is meant to read."""


class InputError(ValueError):
    """What the user gave cannot be used; the message, one line, says what to do about it.

    Entry points print the message and exit with status 2; the app shows it. Anything else that is
    raised is a bug in this package.
    """


def require(condition: bool, message: str) -> None:
    """Raises InputError with this message unless the condition holds."""
    if not condition:
        raise InputError(message)
