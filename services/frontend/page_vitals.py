"""Web vitals: how a view of a page felt, as the browser measured it."""

from collections.abc import Mapping
from typing import Annotated

from opentelemetry.metrics import Meter
from pydantic import BaseModel, ConfigDict, Field

from kit.buckets import SECONDS
from kit.errors import Invalid

SHIFTS = (0.0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0)
LONGEST_MS = 600_000

Milliseconds = Annotated[float | None, Field(ge=0, le=LONGEST_MS)]


class PageVitals(BaseModel):
    """How one view of a page felt; what did not happen is left out."""

    model_config = ConfigDict(extra="forbid")

    page: str
    ttfb: Milliseconds = None
    fcp: Milliseconds = None
    lcp: Milliseconds = None
    inp: Milliseconds = None
    load: Milliseconds = None
    cls: Annotated[float | None, Field(ge=0, le=1000)] = None


class Vitals:
    """The web vitals of all pages, by page."""

    NAMES: Mapping[str, str] = {
        "ttfb": "shop.page.time_to_first_byte",
        "fcp": "shop.page.first_contentful_paint",
        "lcp": "shop.page.largest_contentful_paint",
        "inp": "shop.page.interaction_to_next_paint",
        "load": "shop.page.load",
    }

    def __init__(self, pages: frozenset[str], meter: Meter) -> None:
        self._pages = pages
        self._durations = {
            vital: meter.create_histogram(name, "s", explicit_bucket_boundaries_advisory=SECONDS)
            for vital, name in self.NAMES.items()
        }
        self._shift = meter.create_histogram(
            "shop.page.cumulative_layout_shift", "1", explicit_bucket_boundaries_advisory=SHIFTS
        )

    def record(self, told: PageVitals) -> None:
        """Record one view; raises `Invalid` for a page that there is not."""
        if told.page not in self._pages:
            raise Invalid(f"page is one of {', '.join(sorted(self._pages))}.")
        attributes = {"shop.page": told.page}
        for vital, histogram in self._durations.items():
            if (milliseconds := getattr(told, vital)) is not None:
                histogram.record(milliseconds / 1000, attributes)
        if told.cls is not None:
            self._shift.record(told.cls, attributes)
