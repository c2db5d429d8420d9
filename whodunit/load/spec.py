"""The schema of a load, as the load generator defines it, and what a load with browsers is missing here."""

from loadgen.chromium import missing
from loadgen.spec import HIGHEST_RATE, LONGEST_S, USUAL_RATES, JourneyKind, LoadSpec, ShapeSpec

__all__ = ["HIGHEST_RATE", "LONGEST_S", "USUAL_RATES", "JourneyKind", "LoadSpec", "ShapeSpec", "missing"]
