"""Suggests the name that a misspelt one probably means."""

from collections.abc import Iterable
from difflib import get_close_matches


def meant(name: str, allowed: Iterable[str]) -> str:
    """`did you mean 'buy'? ` with a space at its end, or nothing."""
    near = get_close_matches(name, list(allowed), n=1)
    return f"did you mean {near[0]!r}? " if near else ""
