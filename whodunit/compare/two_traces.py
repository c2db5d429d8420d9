"""Two traces side by side: the same path of spans in both, how often, how long, and how long by itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whodunit.compare.work import CALLING, Work, statement
from whodunit.telemetry.answers import Span
from whodunit.telemetry.trace_tree import unique

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
    works = [_work(spans) for spans in (one, other)]
    found = [_paths(work) for work in works]
    parts = [
        {path: _part(at, work) for path, at in by_path.items()} for by_path, work in zip(found, works, strict=True)
    ]
    first = {path: at[0] for by_path in found for path, at in by_path.items()}
    places = {path: place for place, path in enumerate(dict.fromkeys((*found[0], *found[1])))}
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


def paths(spans: Sequence[Span]) -> Mapping[Path, Sequence[Span]]:
    """The spans of a trace by their path."""
    return _paths(_work(spans))


def _work(spans: Sequence[Span]) -> Work:
    return Work(sorted(unique(spans), key=lambda span: span.start))


def _paths(work: Work) -> Mapping[Path, list[Span]]:
    found: dict[Path, list[Span]] = defaultdict(list)
    for span in work.spans:
        found[tuple(_label(each) for each in work.line(span))].append(span)
    return found


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
