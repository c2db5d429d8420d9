"""Two traces side by side: the same path of spans in both, how often, how long, and how long by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whodunit.compare.work import CALLING, Work, statement
from whodunit.telemetry.answers import Span

Path = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The spans of one path in one trace: how many, how long together, without the spans below, how many failed."""

    count: int
    duration_s: float
    own_s: float
    errors: int


@dataclass(frozen=True)
class Step:
    """One path in both traces; `path` are the names from the root on, None where a trace does not have it."""

    path: Path
    service: str
    name: str
    one: Part | None
    other: Part | None

    @property
    def depth(self) -> int:
        """How many paths it stands below."""
        return len(self.path) - 1

    @property
    def more_s(self) -> float:
        """By how much the other trace spent longer here by itself, in seconds."""
        return (self.other.own_s if self.other else 0.0) - (self.one.own_s if self.one else 0.0)


def side_by_side(one: Sequence[Span], other: Sequence[Span]) -> list[Step]:
    """Every path of either trace, each below the path that it hangs on, by first start."""
    found = [_paths(spans) for spans in (one, other)]
    parts = [{path: _part(spans, work) for path, spans in paths.items()} for paths, work in found]
    first = {path: spans[0] for paths, _ in found for path, spans in paths.items()}
    places = {path: place for place, path in enumerate(dict.fromkeys((*found[0][0], *found[1][0])))}
    ordered = sorted(places, key=lambda path: [places[path[:length]] for length in range(1, len(path) + 1)])
    return [
        Step(
            path,
            first[path].service,
            path[-1].removeprefix(f"{first[path].service} "),
            parts[0].get(path),
            parts[1].get(path),
        )
        for path in ordered
    ]


def _paths(spans: Sequence[Span]) -> tuple[Mapping[Path, list[Span]], Work]:
    work = Work(sorted(spans, key=lambda span: span.start))
    found: dict[Path, list[Span]] = defaultdict(list)
    for span in work.spans:
        found[tuple(_label(each) for each in work.line(span))].append(span)
    return found, work


def _label(span: Span) -> str:
    name = statement(span) if "db.system.name" in span.attributes else span.name
    peer = span.attributes.get("service.peer.name", "") if span.kind in CALLING else ""
    return f"{span.service} {name}{f' → {peer}' if peer else ''}"


def _part(spans: Sequence[Span], work: Work) -> Part:
    return Part(
        len(spans),
        sum(span.duration_s for span in spans),
        sum(work.own_s(span) for span in spans),
        sum(span.status == "error" for span in spans),
    )
