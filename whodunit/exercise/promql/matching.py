"""Operators between two results: arithmetic, comparison, and sets (promql/engine.go, VectorBinop)."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from promql_parser import BinaryExpr, BinModifier, LabelModifierType, VectorMatchCardinality

from whodunit.exercise.promql.series import NAME, Labels

Vector = dict[Labels, float]


class EvaluationError(Exception):
    """Prometheus, too, refuses to evaluate this on these samples."""


def _divided(left: float, right: float) -> float:
    if right:
        return left / right
    return math.nan if not left or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)


def _power(left: float, right: float) -> float:
    try:
        power = left**right
    except OverflowError:
        return math.inf
    except ZeroDivisionError:
        return math.inf
    return math.nan if isinstance(power, complex) else power


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right and not math.isinf(left) else math.nan


ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "%": _modulo,
    "^": _power,
}
COMPARISON: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
SETS = ("and", "or", "unless")
OPERATORS = (*ARITHMETIC, *COMPARISON, *SETS)


def without_name(labels: Labels) -> Labels:
    """The labels without the metric's name."""
    return tuple(pair for pair in labels if pair[0] != NAME)


def combined(node: BinaryExpr, left: Vector | float, right: Vector | float) -> Vector | float:
    """The result of an operator; raises EvaluationError when labels match more than once."""
    means = _Operator(str(node.op), _modifier(node.modifier))
    if isinstance(left, float) and isinstance(right, float):
        return means.of_numbers(left, right)
    if isinstance(right, float):
        assert not isinstance(left, float)  # noqa: S101  for the type checker
        return means.of_each(left, lambda value: (value, right))
    if isinstance(left, float):
        return means.of_each(right, lambda value: (left, value))
    if means.symbol in SETS:
        return means.of_sets(left, right)
    return means.of_vectors(left, right)


@dataclass(frozen=True)
class _Modifier:
    """`on` is None for `ignoring`, or where neither is written; `many` is the side that may match several times."""

    on: frozenset[str] | None = None
    ignoring: frozenset[str] = frozenset()
    as_bool: bool = False
    many: str = ""
    copied: tuple[str, ...] = ()

    def key(self, labels: Labels) -> Labels:
        """What has to be equal on both sides."""
        if self.on is not None:
            return tuple(pair for pair in labels if pair[0] in self.on)
        return tuple(pair for pair in labels if pair[0] not in self.ignoring and pair[0] != NAME)


@dataclass(frozen=True)
class _Operator:
    symbol: str
    by: _Modifier

    def of_numbers(self, left: float, right: float) -> float:
        if self.symbol in ARITHMETIC:
            return ARITHMETIC[self.symbol](left, right)
        return float(COMPARISON[self.symbol](left, right))

    def of_each(self, vector: Vector, sides: Callable[[float], tuple[float, float]]) -> Vector:
        result: Vector = {}
        for labels, value in vector.items():
            found = self._found(*sides(value), kept=value)
            if found is not None:
                result[self._named(labels)] = found
        return result

    def of_sets(self, left: Vector, right: Vector) -> Vector:
        on_left, on_right = ({self.by.key(labels) for labels in side} for side in (left, right))
        if self.symbol == "or":
            return left | {labels: value for labels, value in right.items() if self.by.key(labels) not in on_left}
        wanted = self.symbol == "and"
        return {labels: value for labels, value in left.items() if (self.by.key(labels) in on_right) is wanted}

    def of_vectors(self, left: Vector, right: Vector) -> Vector:
        if not left or not right:
            return {}
        swapped = self.by.many == "right"
        return self._matched(right, left, swapped=True) if swapped else self._matched(left, right, swapped=False)

    def _matched(self, many: Vector, one: Vector, *, swapped: bool) -> Vector:
        partners = self._by_key(one)
        result: Vector = {}
        seen: set[Labels] = set()
        for labels, value in many.items():
            key = self.by.key(labels)
            if key not in partners:
                continue
            partner, other = partners[key]
            found = self._found(*((other, value) if swapped else (value, other)), kept=other if swapped else value)
            if found is None:
                continue
            told = self._labels(labels, partner)
            once = told if self.by.many else key
            if once in seen:
                raise EvaluationError(f"{_told(key)} is matched more than once by `{self.symbol}`")
            seen.add(once)
            result[told] = found
        return result

    def _by_key(self, one: Vector) -> dict[Labels, tuple[Labels, float]]:
        partners: dict[Labels, tuple[Labels, float]] = {}
        for labels, value in one.items():
            key = self.by.key(labels)
            if key in partners:
                raise EvaluationError(f"several series on one side of `{self.symbol}` have {_told(key)}")
            partners[key] = labels, value
        return partners

    def _found(self, left: float, right: float, kept: float) -> float | None:
        if self.symbol in ARITHMETIC:
            return ARITHMETIC[self.symbol](left, right)
        holds = COMPARISON[self.symbol](left, right)
        if self.by.as_bool:
            return float(holds)
        return kept if holds else None

    def _named(self, labels: Labels) -> Labels:
        return without_name(labels) if self.symbol in ARITHMETIC or self.by.as_bool else labels

    def _labels(self, labels: Labels, partner: Labels) -> Labels:
        named = self._named(labels)
        if not self.by.many:
            ignored = self.by.ignoring
            named = self.by.key(named) if self.by.on is not None else tuple(p for p in named if p[0] not in ignored)
        if not self.by.copied:
            return named
        theirs = {name: value for name, value in partner if name in self.by.copied}
        return tuple(sorted({**{n: v for n, v in named if n not in self.by.copied}, **theirs}.items()))


def _modifier(written: BinModifier | None) -> _Modifier:
    if written is None:
        return _Modifier()
    labels = frozenset(written.matching.labels) if written.matching else frozenset()
    is_on = written.matching is not None and written.matching.type == LabelModifierType.Include
    sides = ((VectorMatchCardinality.ManyToOne, "left"), (VectorMatchCardinality.OneToMany, "right"))
    many = next((side for card, side in sides if card == written.card), "")
    return _Modifier(
        labels if is_on else None,
        frozenset() if is_on else labels,
        written.return_bool,
        many,
        tuple(written.group_labels or ()),
    )


def _told(labels: Labels) -> str:
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels) + "}"
