"""A client that knows nothing but the tools: it follows what changed to one component, and asks there why.

It is no test of a model. Its rules are those of the prompt `investigate`, in code: each reason has one observation that
its rivals would not show. Names of flags, cases and files are not known to it.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

Json = dict[str, Any]
Ask = Callable[..., Awaitable[Json]]
"""Asks one tool by its name and arguments; the answer's JSON."""

USERS = ("load-generator", "frontend-proxy")
ROUTE, STATUS, STATE = "http.route", "http.response.status_code", "db.client.connection.state"
ANSWERED = "http.server.request.duration"
CLEAR = 0.3
"""The effect from which a change is looked at."""

HEALTHY = 2
"""The first steps, in which nothing is wrong yet."""

MANY = 5
"""Statements in a row that differ in their values alone."""

LONG_S = 0.1
"""A connection that is lent for statements alone comes back within milliseconds."""


@dataclass
class Finding:
    """The answer, and the evidence ids it stands on."""

    component: str
    reason: str
    onset: str = ""
    propagation: Sequence[str] = ()
    evidence: list[str] = field(default_factory=list)


class Detective:
    """Investigates the window that `incident` names."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: set[str] = set()

    async def solve(self) -> Finding:
        """Onset, component, reason; `nothing-wrong` where nothing that matters changed."""
        told = await self._ask("incident")
        covers = told.get("covers") or {"start": told["began"], "end": told["now"]}
        self._start, self._end = covers["start"], covers["end"]
        self._onset = await self._first_deviation()
        if self._onset is None:
            return Finding("none", "nothing-wrong")
        compared = await self._ask(
            "compare", before=f"{self._start}..{self._onset}", after=f"{self._onset}..{self._end}"
        )
        changed = [row for row in compared["rows"] if row["component"] not in USERS and row["kind"] != "load"]
        if not changed:
            return Finding("none", "nothing-wrong", self._onset)
        component = str(changed[0]["component"])
        cited = [row["evidence_id"] for row in changed if row["component"] == component and row["evidence_id"]]
        reason, proof = await self._why(component, [row for row in changed if row["component"] == component])
        suffers = list(dict.fromkeys(row["component"] for row in changed))
        return Finding(component, reason, self._onset, suffers, [*proof, *cited][:3])

    async def _first_deviation(self) -> str | None:
        """The first step in which a page of the shop takes far longer than before, or fails, and the next one too."""
        slow = await self._steps("p95", [ROUTE])
        failing = await self._steps("rate", [ROUTE, STATUS])
        failing = [row for row in failing if row["attributes"].get(STATUS, "2").startswith("5")]
        steps = [*(_first_slow(row["values"]) for row in slow), *(_first_any(row["values"]) for row in failing)]
        first = min((step for step in steps if step is not None), default=None)
        return None if first is None else self._times[first]

    async def _steps(self, statistic: str, by: list[str]) -> list[Json]:
        found = await self._ask(
            "query_metric", name=ANSWERED, statistic=statistic, by=by, where={"service": "frontend"},
            start=self._start, end=self._end,
        )  # fmt: skip
        self._times = _times(found)
        return list(found["rows"])

    async def _why(self, component: str, changed: Sequence[Json]) -> tuple[str, list[str]]:
        """The first reason whose own observation is there; the order is from the particular to the general."""
        for rule in (self._ended, self._flag, self._connections, self._rows, self._loop, self._called):
            if found := await rule(component, changed):
                return found
        return "slow-query" if any(row["kind"] == "statement" for row in changed) else "bad-deployment", []

    async def _ended(self, component: str, _changed: Sequence[Json]) -> tuple[str, list[str]] | None:
        """It starts again and again."""
        again = await self._logs(component, "starts again")
        return ("crash-loop", []) if len(again) > 1 else None

    async def _flag(self, component: str, _changed: Sequence[Json]) -> tuple[str, list[str]] | None:
        """A span that failed met a feature flag that is on, and none was on before."""
        before, after = self._windows
        told = [evidence for variant, evidence in await self._flags(component, "error", *after) if variant == "on"]
        was_on = told and any(variant == "on" for variant, _ in await self._flags(component, "unset", *before))
        return ("feature-flag", told[:1]) if told and not was_on else None

    async def _connections(self, component: str, changed: Sequence[Json]) -> tuple[str, list[str]] | None:
        """A pool is dry: because it was cut, because nothing comes back, because each is kept long, or by the load."""
        if not any(row["name"].startswith("connect:") and row["effect"] > CLEAR for row in changed):
            return None
        before, after = [await self._pool(component, *window) for window in self._windows]
        cited = [str(each) for each in after.evidence if each]
        if after.size < before.size:
            return "pool-cut", cited
        if after.used >= after.size and not after.returned:
            return "connection-leak", cited
        return ("connection-held-across-call" if after.kept_s > LONG_S else "pool-too-small"), cited

    async def _rows(self, component: str, changed: Sequence[Json]) -> tuple[str, list[str]] | None:
        """A statement is made many times in a request, and was not before; or it takes longer, as often as before."""
        before, after = [await self._repeated(component, *window) for window in self._windows]
        if after.times >= MANY and after.times > 2 * before.times:
            return "query-per-row", [after.evidence_id]
        slow = [row for row in changed if row["kind"] == "statement" and row["unit"] == "s" and row["effect"] > CLEAR]
        if not slow:
            return None
        reason = "missing-index" if slow[0]["name"].startswith("SELECT") else "lock-contention"
        return reason, [row["evidence_id"] for row in slow[:1]]

    async def _loop(self, component: str, _changed: Sequence[Json]) -> tuple[str, list[str]] | None:
        before, after = [await self._number("shop.event_loop.lag", "p95", component, *each) for each in self._windows]
        late = (after.value or 0) > 0.05 and (after.value or 0) > 3 * (before.value or 0)
        return ("event-loop-blocked", [str(after.evidence_id)]) if late else None

    async def _called(self, component: str, changed: Sequence[Json]) -> tuple[str, list[str]] | None:
        """It tells nothing of itself, and those who call it wait for it."""
        silent = component not in await self._services()
        slow = [row for row in changed if row["kind"] == "edge" and row["effect"] > CLEAR]
        return ("slow-dependency", [row["evidence_id"] for row in slow[:1]]) if silent and slow else None

    @property
    def _windows(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (self._start, str(self._onset)), (str(self._onset), self._end)

    async def _logs(self, service: str, contains: str) -> list[Json]:
        if service not in await self._services():
            return []
        found = await self._ask("search_logs", service=service, contains=contains, start=self._start, end=self._end)
        return list(found["rows"])

    async def _services(self) -> set[str]:
        """Those that tell of themselves."""
        if not self._known:
            rows = (await self._ask("overview", start=self._start, end=self._end))["rows"]
            self._known = {row["service"] for row in rows if not row.get("no_telemetry_of_its_own")}
        return self._known

    async def _flags(self, service: str, status: str, start: str, end: str) -> list[tuple[str, str]]:
        """Variants of flags that spans of a service met, and the evidence of each span."""
        met: list[tuple[str, str]] = []
        for row in await self._traces(service, start, end, status=status, limit=3):
            whole = await self._ask("get_trace", trace_id=row["trace_id"])
            ids = [each["id"] for each in whole["rows"] if each["service"] == service][:20]
            spans = (await self._ask("get_trace", trace_id=row["trace_id"], span_ids=ids))["rows"] if ids else []
            met += [(variant, row["evidence_id"]) for span in spans for variant in _variants(span)]
        return met

    async def _repeated(self, service: str, start: str, end: str) -> "Repeated":
        """The most alike statements in a row in the trace whose span of the service took longest."""
        rows = await self._traces(service, start, end, limit=20)
        longest = max(rows, key=lambda row: row["matched"]["duration_s"], default=None)
        if longest is None:
            return Repeated(0, "")
        spans = (await self._ask("get_trace", trace_id=longest["trace_id"]))["rows"]
        times = [each.get("times", 1) for each in spans if each["service"] == service and "db.query.text" in each]
        return Repeated(max(times, default=0), longest["evidence_id"])

    async def _traces(self, service: str, start: str, end: str, **more: Any) -> list[Json]:
        if service not in await self._services():
            return []
        found = await self._ask("search_traces", service=service, start=start, end=end, **more)
        return [row for row in found["rows"] if "matched" in row]

    async def _pool(self, service: str, start: str, end: str) -> "Pool":
        size = await self._number("db.client.connection.max", "value", service, start, end)
        used = await self._number("db.client.connection.count", "value", service, start, end, {STATE: "used"})
        kept = await self._number("db.client.connection.use_time", "mean", service, start, end)
        returned = await self._number("db.client.connection.use_time", "rate", service, start, end, last=True)
        evidence = [kept.evidence_id, used.evidence_id, size.evidence_id]
        return Pool(size.value or 0, used.value or 0, kept.value or 0, returned.value or 0, evidence)

    async def _number(
        self, name: str, statistic: str, service: str, start: str, end: str, where: Mapping[str, str] | None = None,
        *, last: bool = False,
    ) -> "Number":  # fmt: skip
        """The number of a window, or of its last quarter; none of who does not tell of itself."""
        if service not in await self._services():
            return Number(None, None)
        found = await self._ask(
            "query_metric",
            name=name,
            statistic=statistic,
            where={"service": service, **(where or {})},
            start=start,
            end=end,
        )
        if not found["rows"]:
            return Number(None, None)
        [row, *_] = found["rows"]
        value = _late(row["values"]) if last else row["whole_window"]
        return Number(value, row["evidence_id"])


@dataclass(frozen=True)
class Number:
    """A number, and by what it is cited."""

    value: float | None
    evidence_id: str | None


@dataclass(frozen=True)
class Repeated:
    """How often a statement was made in a row, in a trace that shows it."""

    times: int
    evidence_id: str


@dataclass(frozen=True)
class Pool:
    """Connections: how many there may be, are used, for how long each is kept, how many came back a second at last."""

    size: float
    used: float
    kept_s: float
    returned: float
    evidence: Sequence[str | None]


def _variants(span: Json) -> Iterator[str]:
    for event in span.get("events", ()):
        if event.get("name") == "feature_flag.evaluation":
            yield str(event["attributes"].get("feature_flag.result.variant"))


def _times(found: Json) -> list[str]:
    first = datetime.fromisoformat(found["first_step"])
    count = max((len(row["values"]) for row in found["rows"]), default=0)
    return [(first + timedelta(seconds=found["step_s"] * step)).isoformat() for step in range(count)]


def _first_slow(values: Sequence[float | None]) -> int | None:
    known = [value for value in values[:HEALTHY] if value is not None] or [
        value for value in values if value is not None
    ][:1]
    limit = max(2.5 * median(known), median(known) + 0.1) if known else None
    return next((step for step in range(HEALTHY, len(values)) if limit and _stays(values, step, limit)), None)


def _stays(values: Sequence[float | None], step: int, limit: float) -> bool:
    """This step and the next that is known lie above."""
    following = [value for value in values[step:] if value is not None][:2]
    return values[step] is not None and len(following) == 2 and min(following) > limit


def _first_any(values: Sequence[float | None]) -> int | None:
    return next((step for step in range(HEALTHY, len(values)) if values[step]), None)


def _late(values: Sequence[float | None]) -> float:
    late = [value or 0.0 for value in values[-max(2, len(values) // 4) :]]
    return sum(late) / len(late)
