"""The embedded store with a smaller limit: it gives some spans and lines at once, and says that there are more."""

from dataclasses import replace

from tests.unit.telemetry.duck_store import DuckStore
from whodunit.telemetry.answers import Logs, Spans
from whodunit.telemetry.questions import LogQuery, SpanQuery, Window
from whodunit.telemetry.store.adapter import StoreTelemetry


class FewAtOnce(StoreTelemetry):
    """Gives at most `most`."""

    def __init__(self, store: DuckStore, most: int) -> None:
        super().__init__(store)
        self._most = most

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        return super().spans(query, window, min(limit, self._most))

    def logs(self, query: LogQuery, window: Window, limit: int = 5) -> Logs:
        return super().logs(query, window, min(limit, self._most))


class NewestAtOnce(FewAtOnce):
    """Gives the newest spans, and counts no others, as Jaeger does."""

    def spans(self, query: SpanQuery, window: Window, limit: int = 5) -> Spans:
        whole = StoreTelemetry.spans(self, query, window, 10_000)
        newest = sorted(whole.sample, key=lambda span: span.start)[-min(limit, self._most) :]
        return replace(whole, count=len(newest), sample=newest, is_lower_bound=len(newest) < whole.count)
