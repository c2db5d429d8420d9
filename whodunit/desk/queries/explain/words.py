"""What each kind of PromQL expression does, in words."""

from promql_parser import (
    AggModifier,
    AggModifierType,
    AggregateExpr,
    BinaryExpr,
    BinModifier,
    Call,
    Expr,
    LabelModifierType,
    MatrixSelector,
    SubqueryExpr,
    UnaryExpr,
    VectorMatchCardinality,
    VectorSelector,
    display_duration,
)

FUNCTIONS = {
    "rate": "The growth of each counter per second, over the range; a fall counts as a reset.",
    "increase": "The growth of each counter over the range; a fall counts as a reset.",
    "irate": "The growth per second between the last two samples of the range alone.",
    "delta": "The last value of the range less the first, for gauges.",
    "deriv": "The slope of a line through the samples of the range, per second, for gauges.",
    "predict_linear": "The value so many seconds from now, on a line through the samples of the range.",
    "resets": "The number of times a counter fell within the range.",
    "changes": "The number of times a value changed within the range.",
    "avg_over_time": "The mean of each series' samples in the range.",
    "min_over_time": "The least of each series' samples in the range.",
    "max_over_time": "The highest of each series' samples in the range.",
    "sum_over_time": "The sum of each series' samples in the range.",
    "count_over_time": "The number of each series' samples in the range.",
    "last_over_time": "The newest of each series' samples in the range.",
    "quantile_over_time": "A quantile of each series' samples in the range.",
    "histogram_quantile": "The value below which that share of the measurements lies, interpolated within a bucket.",
    "label_replace": "The same values, with a label made from another one by a regular expression.",
    "label_join": "The same values, with a label made of several joined.",
    "absent": "1 when there is no series at all, and nothing otherwise.",
    "clamp_min": "The same values, none below the bound.",
    "clamp_max": "The same values, none above the bound.",
    "timestamp": "The moment of each sample, in seconds since 1970.",
    "time": "The moment of the evaluation, in seconds since 1970.",
    "vector": "One sample without labels.",
    "scalar": "The one value without its labels.",
}
"""By name, those that are met often."""

AGGREGATIONS = {
    "sum": "Adds up",
    "avg": "Takes the mean of",
    "min": "Takes the least of",
    "max": "Takes the highest of",
    "count": "Counts",
    "group": "Takes 1 for",
    "stddev": "Takes the standard deviation of",
    "stdvar": "Takes the variance of",
    "quantile": "Takes a quantile across",
    "count_values": "Counts equal values of",
}

_SELECTIONS = {"topk": "highest", "bottomk": "lowest"}
_SETS = {
    "and": "Keeps series of the left side that have a partner on the right.",
    "or": "All series of the left side, and those of the right without a partner there.",
    "unless": "Keeps series of the left side that have no partner on the right.",
}
_OTHERS: dict[type, str] = {
    VectorSelector: "The series of this name whose labels match, each with its newest sample of the last five minutes.",
    SubqueryExpr: "The expression inside, evaluated again and again over a range.",
    UnaryExpr: "The same values with the opposite sign.",
}
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<="})


def words(node: Expr) -> str:
    """One sentence about the outermost step of an expression."""
    match node:
        case MatrixSelector():
            return f"Of each series all samples of {display_duration(node.range)}: a range, which only functions take."
        case Call():
            return FUNCTIONS.get(node.func.name, f"The function {node.func.name}() of what is inside.")
        case AggregateExpr():
            return _aggregation(node)
        case BinaryExpr():
            return _binary(node)
    return _OTHERS.get(type(node), "")


def _aggregation(node: AggregateExpr) -> str:
    name = str(node.op)
    if name in _SELECTIONS:
        return f"Keeps the {node.param} {_SELECTIONS[name]} of {_groups(node.modifier)}, with all their labels."
    kept = "one is left, without labels" if node.modifier is None else "one is left of each group"
    return f"{AGGREGATIONS.get(name, f'Applies {name}() to')} {_groups(node.modifier)}: {kept}."


def _groups(modifier: AggModifier | None) -> str:
    if modifier is None:
        return "all series"
    listed = ", ".join(modifier.labels) or "nothing"
    is_by = modifier.type == AggModifierType.By
    return f"the series that agree in {listed if is_by else f'all labels but {listed}'}"


def _binary(node: BinaryExpr) -> str:
    operator = str(node.op)
    if operator in _SETS:
        return _SETS[operator]
    done = f"Left {operator} right"
    if operator in _COMPARISONS:
        is_bool = node.modifier is not None and node.modifier.return_bool
        done = f"1 where left {operator} right, else 0" if is_bool else f"Keeps values where left {operator} right"
    return f"{done}{_matched(node.modifier)}."


def _matched(modifier: BinModifier | None) -> str:
    if modifier is None or modifier.matching is None:
        return ", series with the same labels with each other; one without a partner is left out"
    on = "on" if modifier.matching.type == LabelModifierType.Include else "ignoring"
    many = "" if modifier.card == VectorMatchCardinality.OneToOne else ", many to one"
    return f", series matched {on} {', '.join(modifier.matching.labels) or 'nothing'}{many}"
