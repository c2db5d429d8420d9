"""Windows of time: as they are typed, `START..END`, and what they are when nothing is."""

from collections.abc import Callable
from datetime import datetime

from whodunit.errors import WrongUseError
from whodunit.telemetry.questions import Window

SEPARATOR = ".."

USUAL = "15m"
"""How far one looks back at a shop that runs, unless told otherwise."""

EXPORTED_EVERY_S = 5.0
"""The seconds between two points of a metric: a shorter step holds none now and then."""


def typed_window(text: str, read: Callable[[str], datetime], forms: str) -> Window:
    """The window between two moments, each read by `read`; raises WrongUseError with the accepted forms."""
    first, separator, last = text.partition(SEPARATOR)
    if not separator:
        raise WrongUseError(f"{text!r} is no window.", forms)
    return forwards(Window(read(first), read(last)), text, forms)


def forwards(window: Window, text: str, forms: str) -> Window:
    """The window that was typed so; raises WrongUseError with the accepted forms if it ends before it begins."""
    if window.seconds <= 0:
        raise WrongUseError(f"The window {text} ends before it begins.", forms)
    return window
