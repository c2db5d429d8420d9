"""A time of the shop that runs, or of a replay, as the subject of a report."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from whodunit.errors import LabError, WrongUseError
from whodunit.faults.ledger import Ledger
from whodunit.incident import catalogue
from whodunit.incident.loader import load_truth
from whodunit.incident.wording import flowing
from whodunit.lab.client import LabClient
from whodunit.lab.target import LiteTarget, Target, find
from whodunit.pager.pages import Page
from whodunit.report.evidence import Evidence, clocked
from whodunit.report.objectives import first_missed, outside
from whodunit.report.recorded import switches
from whodunit.report.subject import Call, Fired, Known, Moment, Subject, Tried
from whodunit.telemetry.port import Telemetry
from whodunit.telemetry.questions import SpanQuery, Window

Json = Mapping[str, Any]
USUAL, HEALTHY = timedelta(minutes=15), timedelta(minutes=1)
SHORTEST = timedelta(seconds=10)
"""Two exports of metrics: with less before the trouble there is nothing to compare with."""
REPLAY = "replay"


@dataclass(frozen=True)
class Asked:
    """The times on the command line; None where one was left out."""

    start: datetime | None
    end: datetime | None


@contextmanager
def running(asked: Asked) -> Iterator[Subject]:
    """The subject. Raises LabError where no shop runs, WrongUseError for a time without telemetry."""
    target = find()
    with target.lab() as lab:
        status = dict(lab.status())
        played = {"running": False} if status["mode"] == REPLAY else lab.mystery("GET")
        told = None if played["running"] or status["mode"] == REPLAY else _revealed(lab)
        whole = _window(asked, status, played, told)
        telemetry = target.telemetry()
        _refuse_silence(telemetry, whole)
        yield _subject(target, lab, telemetry, whole, status, played, told)


def _window(asked: Asked, status: Json, played: Json, told: Json | None) -> Window:
    now = datetime.fromisoformat(status["now"]) if status["mode"] == REPLAY else datetime.now(UTC)
    end = asked.end or (min(now, _moment(told["end"])) if told and not asked.start else now)
    start = asked.start or _usual_start(end, status, played, told)
    if end <= start:
        raise WrongUseError(
            f"{clocked(Window(start, end))} UTC is no time: it ends before it begins.", "Write --from 14:03 --to 14:10"
        )
    return Window(start, end)


def _usual_start(end: datetime, status: Json, played: Json, told: Json | None) -> datetime:
    if played["running"]:
        return datetime.fromtimestamp(played["started_s"], UTC)
    if status["mode"] == REPLAY:
        return datetime.fromisoformat(status["begins"])
    return _moment(told["onset"]) - HEALTHY if told else end - USUAL


def _revealed(lab: LabClient) -> Json | None:
    """The mystery that was revealed last; None without one. One that runs would be ended: ask before."""
    try:
        return lab.mystery("POST", "/reveal")
    except LabError:
        return None


def _refuse_silence(telemetry: Telemetry, window: Window) -> None:
    if telemetry.spans(SpanQuery(), window, 1).count:
        return
    heard = telemetry.service_map(Window(window.start, datetime.now(UTC))).heard
    last = (
        f"Telemetry was last heard at {max(heard.values()):%Y-%m-%d %H:%M:%S} UTC."
        if heard
        else "There is none at all."
    )
    raise WrongUseError(f"There is no telemetry between {clocked(window)} UTC.", f"{last} Write --from and --to.")


def _subject(
    target: Target, lab: LabClient, telemetry: Telemetry, whole: Window, status: Json, played: Json, told: Json | None
) -> Subject:
    sealed = bool(played["running"])
    trouble = _trouble(telemetry, whole, told)
    calls = None if status["mode"] == REPLAY else _pages(lab, whole)
    found = Subject(
        title=str(status.get("title") or (played.get("title") if sealed else None) or "An incident of the shop"),
        complaint=flowing(played["complaint"]) if sealed else "",
        source=f"{status['mode']}, the shop that runs" if status["mode"] != REPLAY else "a replay",
        telemetry=telemetry,
        before=_before(whole, trouble),
        trouble=trouble,
        whole=whole,
        is_onset_known=told is not None,
        sealed=sealed,
        alerts=[_fired(page) for page in calls or ()],
        calls=None if calls is None else [_call(page) for page in calls],
        audit=_audit(lab),
        switched=[] if sealed else _switched(target, whole),
    )
    return _of_mystery(found, told) if told else found


def _of_mystery(found: Subject, told: Json) -> Subject:
    case = catalogue.find(told["case"])
    tried = [
        Tried(
            datetime.fromtimestamp(each["applied_s"], UTC),
            f"{each['action']} {each['service']}",
            _outcome(each),
        )
        for each in told["tried"]
    ]
    return replace(
        found,
        title=told["title"],
        complaint=flowing(case.scenario.story),
        known=Known(case, load_truth(case)),
        tried=tried,
        path=told,
    )


def _outcome(tried: Json) -> str:
    if not tried["healed_s"]:
        return "the symptoms were not seen to end"
    took = tried["healed_s"] - tried["applied_s"]
    return f"the symptoms were gone {took:.0f} s later{', the cause was still there' if tried['hides'] else ''}"


def _trouble(telemetry: Telemetry, whole: Window, told: Json | None) -> Window:
    """From the known onset to the first mitigation; else from the first miss of an objective to the last."""
    if told:
        onset = max(whole.start, _moment(told["onset"]))
        applied = [datetime.fromtimestamp(each["applied_s"], UTC) for each in told["tried"]]
        return Window(onset, min([whole.end, *(each for each in applied if each > onset)]))
    return first_missed(outside(telemetry, whole)) or whole


def _before(whole: Window, trouble: Window) -> Window:
    if trouble.start - whole.start >= SHORTEST:
        return Window(whole.start, trouble.start)
    return Window(trouble.start - max(HEALTHY, trouble.end - trouble.start), trouble.start)


def _pages(lab: LabClient, window: Window) -> list[Page]:
    found = [Page.model_validate(each) for each in lab.pages()["pages"]]
    return [page for page in found if window.start <= page.called <= window.end]


def _fired(page: Page) -> Fired:
    alert = page.alert
    over = f"{page.ended:%H:%M:%S}" if page.ended else "not yet"
    evidence = Evidence(f"Alert {alert.name}", "whodunit page", None, f"fires at {page.called:%H:%M:%S}, over: {over}")
    return Fired(alert.name, alert.severity, alert.service, alert.summary, None, page.called, page.ended, evidence)


def _call(page: Page) -> Call:
    return Call(
        page.alert.name, f"{page.wakes} on call" if page.wakes else "nobody (a ticket)", page.called, page.acknowledged
    )


def _audit(lab: LabClient) -> Json | None:
    with suppress(LabError):
        return lab.audit(0.0)
    return None


def _switched(target: Target, window: Window) -> list[Moment]:
    """By the ledger, where the lab's files are."""
    if not isinstance(target, LiteTarget):
        return []
    return list(switches(list(Ledger(target.home.ledger_file).lines()), window))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
