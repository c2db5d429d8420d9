"""Finds the line of a value in a YAML file, so that an error can name it."""

from collections.abc import Sequence
from math import inf
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

Location = Sequence[str | int]


def line_of(document: Any, location: Location) -> int:
    """The line (from 1) of the key or item at `location`, or of the deepest part of it that exists."""
    node, line = document, _first_line(document)
    for part in location:
        position = _child_line(node, part)
        if position is None:
            continue  # a step of the model's own, such as the branch of a union
        line, node = position, node[part]
    return line


def in_file(document: Any, location: Location) -> list[str | int]:
    """The steps of `location` that the file has, and the last one, which it may lack."""
    *way, last = location or [""]
    node = document
    steps: list[str | int] = []
    for part in way:
        if _child_line(node, part) is not None:
            steps.append(part)
            node = node[part]
    return [*steps, last] if location else []


def value_at(document: Any, location: Location) -> Any:
    """The value at `location`; the deepest that exists when the path leaves the document."""
    node = document
    for part in location:
        if _child_line(node, part) is not None:
            node = node[part]
    return node


def plain(node: Any) -> Any:
    """The same values as ordinary lists, dictionaries and scalars."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [plain(value) for value in node]
    scalars: tuple[type[bool] | type[int] | type[float] | type[str], ...] = (int, float, str)
    return node if isinstance(node, bool) else next((t(node) for t in scalars if isinstance(node, t)), node)


def size(node: Any, known: dict[int, float] | None = None) -> float:
    """How many values `plain` makes of a node, aliases written out; infinite for one that has itself within."""
    if not isinstance(node, dict | list):
        return 1
    known = {} if known is None else known
    if id(node) not in known:
        known[id(node)] = inf
        known[id(node)] = 1 + sum(size(each, known) for each in (node.values() if isinstance(node, dict) else node))
    return known[id(node)]


def _first_line(node: Any) -> int:
    return int(node.lc.line) + 1 if isinstance(node, CommentedMap | CommentedSeq) else 1


def _child_line(node: Any, part: str | int) -> int | None:
    if isinstance(node, CommentedMap) and part in node:
        return int(node.lc.key(part)[0]) + 1
    if isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
        return int(node.lc.item(part)[0]) + 1
    return None
