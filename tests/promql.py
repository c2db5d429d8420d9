"""PromQL by its meaning: read by a parser, and not letter by letter."""

import re

from promql_parser import AggregateExpr, BinaryExpr, Expr, VectorSelector, parse, walk

_INTERVAL = re.compile(r"\[\$\w+\]")


def meaning(expression: str) -> str:
    """The same for two expressions that differ in layout alone; raises ValueError for what is no PromQL."""
    return repr(_parsed(expression))


def asked(expression: str) -> tuple[set[str], set[str]]:
    """The series and the labels that an expression names."""
    series: set[str] = set()
    labels: set[str] = set()

    def look(part: Expr) -> None:
        if isinstance(part, VectorSelector):
            series.update([part.name] if part.name else [])
            labels.update(matcher.name for matcher in part.matchers.matchers)
        else:
            labels.update(_grouping(part))

    walk(_parsed(expression), look)
    return series, labels


def grouped(expression: str) -> set[str]:
    """The labels that its aggregations keep, and that its sides are matched on."""
    labels: set[str] = set()
    walk(_parsed(expression), lambda part: labels.update(_grouping(part)))
    return labels


def _grouping(part: Expr) -> list[str]:
    match part:
        case AggregateExpr(modifier=modifier) if modifier:
            return modifier.labels
        case BinaryExpr(modifier=modifier) if modifier and modifier.matching:
            return [*modifier.matching.labels, *(modifier.group_labels or [])]
    return []


def _parsed(expression: str) -> Expr:
    return parse(_INTERVAL.sub("[1m]", expression))  # Grafana's variables stand for a duration
