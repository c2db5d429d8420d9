"""A time of the shop that runs, or of a replay, as the subject of a report."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from whodunit.errors import LabError, WrongUseError
from whodunit.faults.ledger import Ledger
from whodunit.incident.wording import flowing
from whodunit.lab.answers import LabStatus
from whodunit.lab.target import LiteTarget, find
from whodunit.moments import at_time
from whodunit.pager.pages import Page
from whodunit.report.evidence import Evidence, clocked
from whodunit.report.objectives import first_missed, outside
from whodunit.report.played import of_mystery, onset_of, trouble_of
from whodunit.report.recorded import switches
from whodunit.report.subject import Call, Fired, Subject
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window
from whodunit.telemetry.windows import USUAL

Json = Mapping[str, Any]
HEALTHY = timedelta(minutes=1)
SHORTEST = timedelta(seconds=10)
"""Two exports of metrics: with less before the trouble there is nothing to compare with."""
REPLAY = "replay"


class Lab(Protocol):
    """The part of the lab's client that a report needs."""

    def status(self) -> LabStatus: ...
    def pages(self) -> dict[str, Any]: ...
    def audit(self, settle_s: float) -> dict[str, Any]: ...
    def mystery(self, method: str, path: str = "") -> dict[str, Any]: ...


@dataclass(frozen=True)
class Asked:
    """The times as they were typed; None where one was left out."""

    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Shop:
    """The lab of a shop or a replay, its telemetry, and the lines of its ledger where they can be read."""

    lab: Lab
    telemetry: Telemetry
    ledger: Sequence[Json]
    clock: datetime

    @cached_property
    def status(self) -> Json:
        """The lab's status."""
        return dict(self.lab.status())

    @property
    def is_replay(self) -> bool:
        """True if a recorded run is looked at."""
        return bool(self.status["mode"] == REPLAY)

    @property
    def now(self) -> datetime:
        """Now; in a replay the moment at which it stands still."""
        return datetime.fromisoformat(self.status["now"]) if self.is_replay else self.clock

    @cached_property
    def played(self) -> Json | None:
        """The mystery that runs, as its player sees it."""
        told = None if self.is_replay else self.lab.mystery("GET")
        return told if told and told["running"] else None

    @cached_property
    def told(self) -> Json | None:
        """The mystery that was revealed last, where none runs."""
        if self.is_replay or self.played:
            return None
        with suppress(LabError):
            return self.lab.mystery("GET", "/reveal")
        return None


@contextmanager
def running(asked: Asked) -> Iterator[Subject]:
    """The subject. Raises LabError where no shop runs, WrongUseError for a time without telemetry."""
    target = find()
    with target.lab() as lab:
        ledger = list(Ledger(target.home.ledger_file).lines()) if isinstance(target, LiteTarget) else []
        yield subject_of(Shop(lab, target.telemetry(), ledger, datetime.now(UTC)), asked)


def subject_of(shop: Shop, asked: Asked) -> Subject:
    """The subject; while a mystery runs, it holds what telemetry shows and no more."""
    whole = _window(shop, asked)
    _refuse_silence(shop, whole)
    told, played = _told_in(shop, whole), shop.played or {}
    objectives = None if told else outside(shop.telemetry, whole)
    trouble = trouble_of(told, whole) if told else first_missed(objectives or ()) or whole
    pages = None if shop.is_replay else _pages(shop.lab, whole)
    found = Subject(
        title=str(shop.status.get("title") or played.get("title") or "An incident of the shop"),
        complaint=flowing(played.get("complaint", "")),
        source="a replay" if shop.is_replay else f"the shop that runs ({shop.status['mode']})",
        telemetry=shop.telemetry,
        before=_before(whole, trouble),
        trouble=trouble,
        whole=whole,
        is_onset_known=told is not None,
        sealed=shop.played is not None,
        alerts=[_fired(page) for page in pages or ()],
        calls=None if pages is None else [_call(page) for page in pages],
        audit=_audit(shop.lab),
        switched=[] if shop.played else list(switches(shop.ledger, whole)),
        objectives=objectives,
    )
    return of_mystery(found, told) if told else found


def _told_in(shop: Shop, window: Window) -> Json | None:
    """The mystery that was revealed, if it began within the window."""
    told = shop.told
    return told if told and window.start <= onset_of(told) < window.end else None


def _window(shop: Shop, asked: Asked) -> Window:
    end = at_time(asked.end or "now", shop.now).astimezone(UTC)
    start = at_time(asked.start, shop.now).astimezone(UTC) if asked.start else _usual_start(shop, end)
    if end <= start:
        said = clocked(Window(start, end))
        raise WrongUseError(f"{said} UTC is no time: it ends before it begins.", "Write --from 14:03 --to 14:10")
    return Window(start, end)


def _usual_start(shop: Shop, end: datetime) -> datetime:
    if shop.played:
        return datetime.fromtimestamp(shop.played["started_s"], UTC)
    if shop.is_replay:
        return datetime.fromisoformat(shop.status["begins"])
    return onset_of(shop.told) - HEALTHY if shop.told else at_time(f"-{USUAL}", end)


def _refuse_silence(shop: Shop, window: Window) -> None:
    if shop.telemetry.spans(SpanQuery(), window, 1).count:
        return
    heard = shop.telemetry.service_map(Window(window.start, shop.clock)).heard
    last = f"It was last heard at {max(heard.values()):%Y-%m-%d %H:%M:%S} UTC." if heard else "There is none at all."
    raise WrongUseError(f"There is no telemetry in {clocked(window)} UTC.", f"{last} Write --from and --to.")


def _before(whole: Window, trouble: Window) -> Window:
    """The time reported before the trouble; where that is too short, as long a time before it."""
    if trouble.start - whole.start >= SHORTEST:
        return Window(whole.start, trouble.start)
    return Window(trouble.start - max(HEALTHY, trouble.end - trouble.start), trouble.start)


def _pages(lab: Lab, window: Window) -> list[Page]:
    found = [Page.model_validate(each) for each in lab.pages()["pages"]]
    return [page for page in found if window.start <= page.called <= window.end]


def _fired(page: Page) -> Fired:
    alert, called = page.alert, page.called
    over = f"is over at {page.ended:%H:%M:%S}" if page.ended else "is not over"
    evidence = Evidence(f"Alert {alert.name}", "whodunit page", None, f"fires at {called:%H:%M:%S}, {over}")
    return Fired(alert.name, alert.severity, alert.service, alert.summary, None, called, page.ended, evidence)


def _call(page: Page) -> Call:
    wakes = f"{page.wakes} on call" if page.wakes else "nobody (a ticket)"
    return Call(page.alert.name, wakes, page.called, page.acknowledged)


def _audit(lab: Lab) -> Json | None:
    with suppress(LabError):
        return lab.audit(0.0)
    return None
