"""The part of PromQL that is understood here, and a plain word on the rest."""

import re

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatchOp,
    SubqueryExpr,
    VectorSelector,
    parse,
    walk,
)

from whodunit.exercise.promql.evaluation import AGGREGATIONS, OF_ALL, OF_QUANTILE, OF_RANK
from whodunit.exercise.promql.matching import OPERATORS
from whodunit.exercise.promql.of_each import OF_EACH
from whodunit.exercise.promql.over_time import FUNCTIONS

KNOWN_FUNCTIONS = sorted({*FUNCTIONS, *OF_EACH, *OF_ALL})
KNOWN_AGGREGATIONS = sorted({*AGGREGATIONS, *OF_RANK, OF_QUANTILE})

CLASS = re.compile(r"\[:\^?\w+:\]")
"""A class like `[:digit:]`, which RE2 has and Python reads as something else."""


def expression(text: str) -> Expr:
    """The expression; raises ValueError for what is no PromQL, and for what is not evaluated here."""
    try:
        node = parse(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"this is no PromQL: {error}") from error
    beyond: list[str] = []
    walk(node, lambda part: beyond.extend(_beyond(part)))
    if beyond:
        raise ValueError(f"{beyond[0]}. Prometheus has it; this check does not evaluate it")
    return node


def selectors(node: Expr) -> list[VectorSelector]:
    """The selectors in an expression."""
    found: list[VectorSelector] = []

    def look(part: Expr) -> None:
        if isinstance(part, VectorSelector):
            found.append(part)

    walk(node, look)
    return found


def _beyond(part: Expr) -> list[str]:  # noqa: PLR0911  one for each kind
    match part:
        case Call(func=function) if function.name not in KNOWN_FUNCTIONS:
            return [f"{function.name}() is not among the functions {', '.join(KNOWN_FUNCTIONS)}"]
        case AggregateExpr(op=op) if str(op) not in KNOWN_AGGREGATIONS:
            return [f"{op} is not among the aggregations {', '.join(KNOWN_AGGREGATIONS)}"]
        case BinaryExpr(op=op) if str(op) not in OPERATORS:
            return [f"{op} is not among the operators {', '.join(OPERATORS)}"]
        case BinaryExpr(modifier=modifier) if modifier and _fills(modifier.fill_values):
            return ["fill() is among what Prometheus tries out"]
        case VectorSelector():
            return _of_selector(part)
        case SubqueryExpr(at=at) if at:
            return ["`@` names a moment; an alert is about now"]
    return []


def _fills(values: object) -> bool:
    return values is not None and any(getattr(values, side, None) is not None for side in ("lhs", "rhs"))


def _of_selector(selector: VectorSelector) -> list[str]:
    if selector.at:
        return ["`@` names a moment; an alert is about now"]
    if selector.matchers.or_matchers:
        return ["`or` between matchers is among what Prometheus tries out"]
    try:
        for each in selector.matchers.matchers:
            if each.op in (MatchOp.Re, MatchOp.NotRe) and CLASS.search(each.value):
                return [f"{each} names a class of characters; write a range like [0-9] in its place"]
            re.compile(each.value)
    except re.error as error:
        return [f"{each} is a pattern that cannot be read: {error}"]
    return []
