"""The shop's pulse as the load generator feels it: orders a second, how long a checkout takes."""

from typing import Any, Protocol

from whodunit.durations import format_duration
from whodunit.errors import LabError


class LoadState(Protocol):
    """Tells what load runs."""

    def load(self) -> dict[str, Any] | None:
        """The lab's answer; raises LabError."""
        ...


def pulse(lab: LoadState) -> str:
    """One line; empty while there is nothing to tell."""
    try:
        state = lab.load() or {}
    except LabError:
        return ""
    now: dict[str, Any] = (state.get("stats") or state).get("now") or {}
    words = [f"{now['checkouts_per_s']:.1f} orders/s"] if now.get("checkouts_per_s") else []
    if now.get("order_end_p95_s"):
        words.append(f"p95 {format_duration(now['order_end_p95_s'])} from checkout to the order's end")
    if now.get("errors_per_s"):
        words.append(f"{now['errors_per_s']:.1f} errors/s")
    return " · ".join(words)
