"""Compares what a lab answers with the keys that `whodunit.lab.answers` promises to scripts."""

from typing import Any

from whodunit.lab.answers import LabProcess, LabStatus, LoadState, ProgramStatus, StoreStatus


def check_status(status: Any) -> None:
    """Fails for a key that is missing, and for one that nobody promised."""
    _check(LabStatus, status)
    _check(LabProcess, status["lab"])
    for each in [*status["services"], *status.get("backends", ())]:
        _check(ProgramStatus, each)
    if status["store"]:
        _check(StoreStatus, status["store"])
    if status["load"]:
        _check(LoadState, status["load"])


def _check(form: Any, answer: Any) -> None:
    required, known = form.__required_keys__, form.__required_keys__ | form.__optional_keys__
    assert required <= answer.keys() <= known, f"{form.__name__}: {sorted(answer.keys() ^ required)}"
