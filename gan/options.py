"""How an option of a recipe is declared: once, as a dataclass field that carries all that is known of it.

The declarations are in `gan.config`. From them follow how a typed value is read, which values are refused,
the help of `train.py`, the inputs of a compiled step, and the sliders of the Train page.
"""

import dataclasses
import math
import textwrap
from typing import Any

import numpy as np

from gan.errors import InputError, require

WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
KINDS = {int: "a whole number", float: "a number", tuple: "whole numbers", bool: "true or false"}
MAX_SHOWN = 40  # letters of a wrong value that a message quotes: a file's author is unknown
HELP_COLUMNS = 100


@dataclasses.dataclass(frozen=True)
class Option:
    """What is known of an option besides its name.

    Of an option that holds several numbers, the bounds are those of each number.
    """

    default: Any
    help: str  # full sentences
    low: float | None = None  # the least value
    above: float | None = None  # every value is larger than this
    high: float | None = None  # the largest value
    below: float | None = None  # every value is smaller than this
    choices: tuple = ()  # if there are any, no other value is taken
    is_whole: bool = True  # of an option that holds several numbers: whether they are whole
    parts: tuple[
        str, ...
    ] = ()  # if there are any, the value is "none" or some of them, as "a,b", in this order
    traced: bool = False  # the option is an input of the compiled step: a new value compiles nothing
    optional: bool = False  # a step that is compiled while the option is zero leaves its term out
    slider: tuple[float, float] | None = None  # a visitor may move it in a run, from the first to the second
    label: str = ""  # the slider's name on the page

    @property
    def expected(self) -> str:
        """Which values are taken, as the end of a message: "a number from 0 to 1"."""
        if self.choices:
            return f"one of {', '.join(map(str, self.choices))}"
        if self.parts:
            return f"none, or some of {', '.join(self.parts)} with commas between"
        lower = f" from {self.low}" if self.low is not None else ""
        lower = f" above {self.above}" if self.above is not None else lower
        at_most = " and at most" if self.above is not None else " to"
        upper = f"{at_most} {self.high}" if self.high is not None else ""
        upper = f" and below {self.below}" if self.below is not None else upper
        return (KINDS[type(self.default)] if self.is_whole else "numbers") + lower + upper

    def accepts(self, value: Any) -> bool:
        """Whether the value, which has the option's type, is one of the choices or within the bounds."""
        if self.choices:
            return value in self.choices
        if self.parts:
            return value == "none" or value == self._in_order(value) != ""
        return all(self._is_within(number) for number in (value if isinstance(value, tuple) else (value,)))

    def parse(self, value: Any) -> Any:
        """The value in the option's type; as typed on a command line, it is a text.

        Raises:
          ValueError, TypeError, KeyError, AttributeError or OverflowError: it cannot be converted.
        """
        kind = type(self.default)
        if kind is bool:
            return WORDS[value.lower()] if isinstance(value, str) else bool(value)
        if kind is tuple:
            number = _whole_number if self.is_whole else float
            if isinstance(value, str):
                value = value.split(",") if value else ()
            return tuple(map(number, value))
        if self.parts:
            is_known = set(value.split(",")) <= set(self.parts)
            return self._in_order(value) if is_known else value  # `accepts` refuses the others
        return _whole_number(value) if kind is int else kind(value)

    def _in_order(self, value: str) -> str:
        """Those of the parts that a value names, with commas between."""
        named = value.split(",")
        return ",".join(part for part in self.parts if part in named)

    def _is_within(self, number: float) -> bool:
        """Whether a number is finite and within the bounds, as float32, which a step computes with."""
        value = _as_float32(number) if isinstance(number, float) else number
        low, above, high, below = (
            bound if bound is None or isinstance(number, int) else _as_float32(bound)
            for bound in (self.low, self.above, self.high, self.below)
        )
        return (
            (isinstance(value, int) or math.isfinite(value))
            and (low is None or value >= low)
            and (above is None or value > above)
            and (high is None or value <= high)
            and (below is None or value < below)
        )


def _as_float32(number: float) -> float:
    """The float32 that is nearest: infinity from 3.4e38 on, and 1 for 0.99999999."""
    with np.errstate(over="ignore"):
        return float(np.float32(number))


def option(default: Any, help: str, **known: Any) -> Any:
    """A dataclass field that is an option. See `Option` for what may be known of it."""
    return dataclasses.field(default=default, metadata={"option": Option(default, help, **known)})


def options(config: type) -> dict[str, Option]:
    """The options of a config class by their names, in the order in which they are declared."""
    return {field.name: field.metadata["option"] for field in dataclasses.fields(config)}


def parse(config: type, name: str, value: Any) -> Any:
    """The value of the option of that name in its type. Its range is checked when the config is made.

    Raises:
      InputError: the value cannot be converted to the option's type.
    """
    try:
        return options(config)[name].parse(value)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise InputError(_refusal(options(config)[name], name, value)) from None


def check(config: Any) -> None:
    """Raises InputError if an option of this config has a value that is out of its range."""
    for name, known in options(type(config)).items():
        value = getattr(config, name)
        require(known.accepts(value), _refusal(known, name, value))


def help_text(config: type) -> str:
    """Every option of a config with its default, what it takes and what it does, for a terminal."""
    lines = []
    for name, known in options(config).items():
        for indent, text in ((2, f"{name}={shown(known.default)}: {known.expected}"), (6, known.help)):
            lines.append(textwrap.indent(textwrap.fill(text, HELP_COLUMNS - indent), " " * indent))
    return "\n".join(lines)


def shown(value: Any) -> str:
    """A value as one types it on a command line: 64,32 or true or 0.002."""
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refusal(known: Option, name: str, value: Any) -> str:
    text = shown(value)
    text = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    several = ", as 64,32" if known.is_whole else ", as 0.1,-0.2"
    example = several if isinstance(known.default, tuple) else ""
    return f"{name}={text}: expected {known.expected}{example}"


def _whole_number(value: Any) -> int:
    if isinstance(value, float) and value != int(value):
        raise ValueError
    return int(value)
