"""The schema of a load, as the load generator defines it."""

from loadgen.spec import LONGEST_S, USUAL_RATES, JourneyKind, LoadSpec, ShapeSpec

__all__ = ["LONGEST_S", "USUAL_RATES", "JourneyKind", "LoadSpec", "ShapeSpec"]
