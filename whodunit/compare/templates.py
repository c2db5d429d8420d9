"""Log lines that differ only in their values, as one template: a small Drain.

After "Drain: An Online Log Parsing Approach with Fixed Depth Tree" (He et al., ICWS 2017), without its tree: a shop
writes some dozens of templates, and each is looked at.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass, field

VALUE = "<*>"
LEAST_ALIKE = 0.8
"""The share of words that a line has in common with its template; less, and `started` and `ended` would be one."""

_VALUES = re.compile(
    r"""\b[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}\b | \b0x[0-9a-fA-F]+\b | \b(?=\w*\d)[0-9a-fA-F]{12,}\b
    | (?<![\w.])[-+]?\d+(?:[.:,/]\d+)*(?:\.\d+)?\s?(?:ms|us|µs|ns|s|min|h|%|[KMG]i?B|B)?(?!\w)""",
    re.VERBOSE,
)


@dataclass(eq=False)
class Template:
    """The words that all its lines share, a `VALUE` where they differ."""

    words: list[str]

    def __str__(self) -> str:
        return " ".join(self.words)

    def takes(self, words: list[str]) -> bool:
        """True if a line of these words is one of the template's."""
        alike = sum(mine == theirs for mine, theirs in zip(self.words, words, strict=True))
        return alike >= LEAST_ALIKE * len(words)

    def widen(self, words: list[str]) -> None:
        """Make room for the words of another line."""
        self.words = [mine if mine == theirs else VALUE for mine, theirs in zip(self.words, words, strict=True)]


@dataclass
class Templates:
    """The templates so far; lines of different `group`s, such as services, never share one."""

    _known: dict[Hashable, list[Template]] = field(default_factory=dict)

    def of(self, line: str, group: Hashable = None) -> Template:
        """The template of a line; it may widen as more lines come."""
        words = masked(line).split()
        candidates = self._known.setdefault((group, len(words)), [])
        found = next((each for each in candidates if each.takes(words)), None)
        if found is None:
            found = Template(words)
            candidates.append(found)
        found.widen(words)
        return found


def masked(line: str) -> str:
    """The first line of a text, its numbers and ids as values."""
    return _VALUES.sub(VALUE, line.strip().split("\n", 1)[0])
