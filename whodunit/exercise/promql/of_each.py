"""Functions of each value by itself (promql/functions.go)."""

import math
from collections.abc import Callable, Mapping


def _rounded(value: float, to: float = 1.0) -> float:
    inverse = 1 / to if to else math.inf
    return _floor(value * inverse + 0.5) / inverse if inverse else math.nan


def _floor(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def _sign(value: float) -> float:
    return value if not value or math.isnan(value) else math.copysign(1, value)


def _logarithm(of: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: of(value) if value > 0 else (math.nan if value else -math.inf)


OF_EACH: Mapping[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": lambda value: float(math.ceil(value)) if math.isfinite(value) else value,
    "floor": _floor,
    "round": _rounded,
    "clamp_min": max,
    "clamp_max": min,
    "sqrt": lambda value: math.sqrt(value) if value >= 0 else math.nan,
    "ln": _logarithm(math.log),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "sgn": _sign,
}
"""By the name in PromQL; what else is given are numbers."""
