"""The unit of a number that is made from a metric."""

from whodunit.telemetry.questions import Statistic


def number_unit(statistic: Statistic, kind: str, unit: str) -> str:
    """Of a metric measured in `unit`; of a histogram (`kind`), rates and counts are of measurements."""
    things = "{measurement}" if kind == "histogram" else unit
    if statistic is Statistic.RATE:
        return f"{things}/s"
    return things if statistic is Statistic.COUNT else unit
