"""A PromQL expression as a tree of parts, each with its numbers."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from math import inf

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    StringLiteral,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
    display_duration,
    parse,
)

from whodunit.desk.queries.explain.arithmetic import bare, constant
from whodunit.desk.queries.explain.words import words
from whodunit.durations import LONGEST_DAYS
from whodunit.errors import WrongUseError

DEEPEST = 40
"""Levels of an expression; more than anybody reads."""

MOST_PARTS = 40
"""Each is a question of its own."""

_EMPTY_BRACES = re.compile(r'("(?:[^"\\]|\\.)*")|(?<=\w)\{\}')


@dataclass(frozen=True)
class Sample:
    """One series of a result, and its value; None for one that is known by its labels alone."""

    labels: Mapping[str, str]
    value: float | None


Labels = tuple[tuple[str, str], ...]
"""What tells one series from another."""


@dataclass(frozen=True)
class Found:
    """The result of a part: its series, None where it was not evaluated; `note` says more, or why not."""

    samples: Sequence[Sample] | None
    note: str = ""
    query: str = ""

    @property
    def shared(self) -> Mapping[str, str]:
        """The labels that all series have alike; of one series alone, none."""
        samples = self.samples or ()
        if len(samples) < 2:
            return {}
        return dict(sorted(set.intersection(*(set(sample.labels.items()) for sample in samples))))

    @property
    def distinct(self) -> list[str]:
        """The labels in which the series differ; bounds last, so that the buckets of a histogram stand together."""
        names = {name for sample in self.samples or () for name in sample.labels}
        return sorted(names - set(self.shared), key=lambda name: (name == "le", name))

    @property
    def rows(self) -> list[tuple[list[str], float | None]]:
        """Of each series the labels in which they differ, and the value; buckets by their bound."""
        names = self.distinct
        rows = [([sample.labels.get(name, "") for name in names], sample.value) for sample in self.samples or ()]
        return sorted(rows, key=lambda row: [_order(each) for each in row[0]])


@dataclass(frozen=True)
class Part:
    """A part of an expression: numbers, texts and parentheses are none of their own."""

    node: Expr
    inner: Sequence["Part"]

    @property
    def text(self) -> str:
        """The part as PromQL."""
        return _EMPTY_BRACES.sub(lambda match: match[1] or "", str(self.node))

    @property
    def count(self) -> int:
        """The number of parts, with those inside."""
        return 1 + sum(each.count for each in self.inner)

    @property
    def words(self) -> str:
        """What it does."""
        return words(self.node)

    @property
    def is_range(self) -> bool:
        """Its result is not one sample for each series, but several."""
        return isinstance(self.node, MatrixSelector | SubqueryExpr)

    @property
    def is_faithful(self) -> bool:
        """The parser reads what it wrote as the same; it does not escape what stands in quotes."""
        try:
            return repr(parse(str(self.node))) == repr(self.node)
        except ValueError:
            return False


@dataclass(frozen=True)
class Stage:
    """A part and its result, and those of the parts directly inside."""

    part: Part
    found: Found
    inner: Sequence[Found]


Evaluate = Callable[[Part, Sequence[Found]], Found]
"""The result of a part, given those of the parts inside; raises TelemetryError when nobody answers."""


def read(expression: str) -> Part:
    """The tree of an expression; raises WrongUseError for what is no PromQL, and for a constant, which has no parts."""
    try:
        node = bare(parse(expression))
    except (ValueError, RecursionError) as error:
        raise WrongUseError(f"This is no PromQL: {error}.", "Such as sum by (service_name) (rate(x[1m]))") from error
    _check(node)
    if _is_constant(node):
        raise WrongUseError(f"{node} stands for itself.", "Give an expression with a metric in it.")
    part = _part(node)
    if part.count > MOST_PARTS:
        raise WrongUseError(f"The expression has {part.count} parts.", f"Take one of {MOST_PARTS} at most.")
    return part


def nothing(_part: Part, _inner: Sequence[Found]) -> Found:
    """The result where there is neither Prometheus nor a store."""
    return Found(None, "There is nobody to evaluate it.")


def taken_apart(part: Part, evaluate: Evaluate) -> list[Stage]:
    """Its parts with their results, the innermost first; those that are equal are evaluated once."""
    found: dict[str, Found] = {}

    def once(part: Part, results: Sequence[Found]) -> Found:
        key = repr(part.node)
        if key not in found:
            found[key] = evaluate(part, results)
        return found[key]

    return _stages(part, once)


def _stages(part: Part, evaluate: Evaluate) -> list[Stage]:
    inner = [_stages(each, evaluate) for each in part.inner]
    results = [stages[-1].found for stages in inner]
    return [*chain.from_iterable(inner), Stage(part, evaluate(part, results), results)]


def _order(text: str) -> tuple[float, str]:
    """Numbers by their size, and before other text."""
    try:
        return float(text), ""
    except ValueError:
        return inf, text


def _check(node: Expr, level: int = 1) -> None:
    """Raises WrongUseError for what is nested too deeply for whoever reads it, or looks too far back."""
    if level > DEEPEST:
        raise WrongUseError("The expression is nested too deeply.", f"Take one of {DEEPEST} levels at most.")
    for length in _lengths(node):
        if length and abs(length) > timedelta(days=LONGEST_DAYS):
            said = f"{display_duration(abs(length))} is longer than {LONGEST_DAYS}d."
            raise WrongUseError(said, "Take a shorter range or offset.")
    for each in _operands(node):
        _check(bare(each), level + 1)


def _part(node: Expr) -> Part:
    return Part(node, [_part(bare(each)) for each in _operands(node) if not _is_constant(bare(each))])


def _is_constant(node: Expr) -> bool:
    return isinstance(node, StringLiteral) or constant(node) is not None


def _operands(node: Expr) -> Iterator[Expr]:
    match node:
        case MatrixSelector():
            yield node.vector_selector
        case Call():
            yield from node.args
        case AggregateExpr():
            yield node.expr
        case BinaryExpr():
            yield from (node.lhs, node.rhs)
        case UnaryExpr() | SubqueryExpr():
            yield node.expr


def _lengths(node: Expr) -> Iterator[timedelta | None]:
    """Its range, and its offset."""
    match node:
        case MatrixSelector():
            yield node.range
        case SubqueryExpr():
            yield from (node.range, node.offset)
        case VectorSelector():
            yield node.offset
