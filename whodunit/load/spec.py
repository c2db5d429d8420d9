"""The form of a wanted load, as the load generator defines it: the lab's only way into that package."""

from loadgen.spec import LONGEST_S, USUAL_RATES, JourneyKind, LoadSpec, ShapeSpec

__all__ = ["LONGEST_S", "USUAL_RATES", "JourneyKind", "LoadSpec", "ShapeSpec"]
