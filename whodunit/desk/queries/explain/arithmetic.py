"""PromQL's arithmetic, and those expressions that are made of numbers alone."""

import operator
from collections.abc import Callable, Mapping
from math import nan

from promql_parser import BinaryExpr, Expr, NumberLiteral, ParenExpr, UnaryExpr

ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left / right if right else nan,
}


def bare(node: Expr) -> Expr:
    """The expression without the parentheses around it."""
    while isinstance(node, ParenExpr):
        node = node.expr
    return node


def constant(node: Expr) -> float | None:
    """The number that an expression stands for, such as `1024 * 1024`; None for one that depends on series."""
    match bare(node):
        case NumberLiteral(val=value):
            return value
        case UnaryExpr(expr=inner):
            positive = constant(inner)
            return None if positive is None else -positive
        case BinaryExpr(op=op, lhs=lhs, rhs=rhs) if calculate := ARITHMETIC.get(str(op)):
            left, right = constant(lhs), constant(rhs)
            return None if left is None or right is None else calculate(left, right)
    return None
