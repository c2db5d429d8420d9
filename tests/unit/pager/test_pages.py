"""Whom an alert wakes, once; how long until somebody answers; and what outlives the lab."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from whodunit.alerts.schemas import Json
from whodunit.errors import WrongUseError
from whodunit.home import Home
from whodunit.pager.calling import call_once
from whodunit.pager.pages import MOST_KEPT, Fired, Pager, woken

BEGAN = datetime(2026, 11, 29, 3, 12, tzinfo=UTC)
CHECKOUT = Fired(name="CheckoutErrorBudgetBurn", service="order", severity="page", summary="Checkouts fail.")
FLAG = Fired(name="FailureFlagOn", service="product-catalog", severity="ticket")


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def answer(*alerts: Fired, state: str = "firing") -> Callable[[], Json]:
    """What the lab says of these alerts."""
    listed = [
        {
            "name": alert.name,
            "state": state,
            "labels": {"service": alert.service, "severity": alert.severity},
            "since": BEGAN.isoformat(),
            "summary": alert.summary,
            "link": "",
        }
        for alert in alerts
    ]
    return lambda: {"alerts": listed, "query": "", "link": ""}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize(
    ("service", "severity", "team"),
    [
        ("order", "page", "checkout"),
        ("frontend", "page", "storefront"),
        ("user", "page", "accounts"),
        ("telemetry", "page", "platform"),
        ("telemetry", "ticket", None),
    ],
)
def test_a_page_wakes_the_team_of_its_service_and_a_ticket_nobody(
    service: str, severity: str, team: str | None
) -> None:
    assert woken(Fired(name="Any", service=service, severity=severity)) == team


def test_an_alert_calls_once_for_as_long_as_it_fires(home: Home) -> None:
    pager = Pager(home)
    call_once(pager, answer(CHECKOUT, state="pending"), at(0))
    assert pager.pages() == []
    for seconds in (10, 15, 20):
        call_once(pager, answer(CHECKOUT, FLAG), at(seconds))
    call_once(pager, answer(FLAG), at(25))
    first, second = pager.pages()
    assert (first.id, first.alert, first.called, first.ended) == ("1", CHECKOUT, at(10), at(25))
    assert (second.id, second.wakes, second.ended) == ("2", None, None)


def test_who_called_by_webhook_tells_of_the_end_as_well(home: Home) -> None:
    pager = Pager(home)
    disk = Fired(name="DiskFull", service="postgresql", severity="page", told_by="webhook")
    pager.fires(disk, at(0))
    call_once(pager, answer(), at(5))
    assert [page.ended for page in pager.pages()] == [None]
    pager.ends(disk, at(10))
    assert [page.ended for page in pager.pages()] == [at(10)]


def test_an_alert_that_fires_again_at_once_wakes_nobody_twice(home: Home) -> None:
    pager = Pager(home)
    pager.fires(CHECKOUT, at(0))
    pager.ends(CHECKOUT, at(30))
    pager.fires(CHECKOUT, at(60))
    assert [(page.id, page.ended) for page in pager.pages()] == [("1", None)]
    pager.ends(CHECKOUT, at(70))
    pager.fires(CHECKOUT, at(200))
    assert [(page.id, page.ended) for page in pager.pages()] == [("1", at(70)), ("2", None)]


def test_the_time_to_acknowledge_is_kept_by_the_next_lab(home: Home) -> None:
    pager = Pager(home)
    pager.fires(CHECKOUT, at(0))
    pager.fires(FLAG, at(5))
    [page] = pager.acknowledge("1", at(42))
    assert page.acknowledged == at(42)
    again = Pager(home)
    assert [each.acknowledged for each in again.pages()] == [at(42), None]
    assert [each.id for each in again.acknowledge(None, at(50))] == ["2"]


@pytest.mark.parametrize(
    ("page", "said"), [("1", "has been acknowledged"), ("7", "There is no page 7"), (None, "No page waits")]
)
def test_what_cannot_be_acknowledged_is_said(home: Home, page: str | None, said: str) -> None:
    pager = Pager(home)
    pager.fires(CHECKOUT, at(0))
    pager.acknowledge("1", at(1))
    with pytest.raises(WrongUseError, match=said):
        pager.acknowledge(page, at(2))


def test_pages_that_cannot_be_read_begin_anew(home: Home) -> None:
    home.pages_file.write_text("[{")
    assert Pager(home).pages() == []


def test_the_newest_pages_are_kept_under_their_numbers(home: Home) -> None:
    pager = Pager(home)
    for number in range(MOST_KEPT + 2):
        pager.fires(Fired(name=f"Alert{number}", service="order", severity="page"), at(number))
    assert (len(pager.pages()), pager.pages()[0].id, pager.pages()[-1].id) == (MOST_KEPT, "3", str(MOST_KEPT + 2))


def test_pages_are_forgotten_with_the_telemetry_that_they_told_of(home: Home) -> None:
    pager = Pager(home)
    pager.fires(CHECKOUT, at(0))
    pager.forget()
    assert (pager.pages(), Pager(home).pages()) == ([], [])
