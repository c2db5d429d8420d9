"""The desk's cases: listed, shown, run, and told apart."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.unit.desk.conftest import visit
from tests.unit.desk.fake_lab import FakeLab
from tests.unit.desk.shop import source
from tests.unit.desk.test_pages import text
from tests.unit.telemetry.duck_store import MINUTE, DuckStore
from whodunit.desk import times
from whodunit.desk.asked import Place
from whodunit.desk.cases.matrix import kept
from whodunit.desk.cases.page import by_document, by_level, faces
from whodunit.desk.cases.progress import every_check, phases, plotted
from whodunit.desk.metrics.choosing import words_of
from whodunit.incident import catalogue
from whodunit.incident.loader import Case
from whodunit.incident.metric_check import Metric
from whodunit.lab.run_answers import CheckSoFar, HostedRun, RecordedRun
from whodunit.runs.matrix_page import markdown
from whodunit.telemetry.answers import MetricInfo
from whodunit.telemetry.prometheus_names import Metric as Declared
from whodunit.telemetry.vocabulary import METRICS

pytestmark = pytest.mark.anyio

CASE = "checkout-hangs/held"
PAGES = ("/cases", "/cases?by=document", "/cases/checkout-hangs", "/cases/matrix")


def check(id_: str, message: str, *, passed: bool, is_decided: bool = False, **more: Any) -> CheckSoFar:
    return {
        "id": id_,
        "signal": "metric",
        "title": id_.replace("-", " "),
        "passed": passed,
        "observed": 3.0,
        "message": message,
        "seconds": 31.0,
        "proof": [],
        "is_decided": is_decided,
        "values": [(0.0, None), (1.0, 2.0), (2.0, 3.0)],
        **more,  # type: ignore[typeddict-item]
    }


def going_on(*checks: CheckSoFar) -> HostedRun:
    return {
        "case": CASE,
        "remedies": False,
        "started": "2026-11-21T12:00:00+00:00",
        "is_running": True,
        "is_stopping": False,
        "outcome": None,
        "failure": None,
        "phases": [
            {
                "phase": "expect",
                "about": "every symptom appears, and nothing else",
                "within_s": 60.0,
                "seconds": 31.0,
                "is_over": False,
                "checks": list(checks),
            }
        ],
    }


SLOW = check("payment-p95-over-10s", "p95 of shop.payment.duration: 3.00s, expected > 10.0s", passed=False)

RECORDED: RecordedRun = {
    "run": "checkout-hangs-held",
    "case": CASE,
    "started": "2026-11-21T12:00:00+00:00",
    "seconds": 128.0,
    "passed": True,
    "is_kept": True,
    "is_complete": True,
    "folder": "recordings/checkout-hangs-held",
    "desk": None,
}


@pytest.fixture
def lab() -> FakeLab:
    return FakeLab()


@pytest.fixture
async def browser(lab: FakeLab) -> AsyncIterator[httpx.AsyncClient]:
    async with visit(replace(source(DuckStore()), lab=lab.open)) as client:
        yield client


def test_every_case_stands_in_the_list_once_by_level_and_by_document() -> None:
    every = sorted(case.name for case in catalogue.cases())
    for groups in (by_level(faces()), by_document(faces())):
        assert sorted(case.name for group in groups for face in group.faces for case in face) == every
    names = [group.name for group in by_document(faces())]
    assert names.index("S2") < names.index("S3") < names.index("S3b") < names.index("S10") < names.index("hot row")


async def test_the_list_leads_to_each_cause(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/cases")).text
    assert 'href="./cases/checkout-hangs/gateway-slow"' in page
    assert "beginner what people notice causes document" in text(page)


async def test_a_case_says_what_it_shows_as_the_terminal_does(browser: httpx.AsyncClient) -> None:
    words = text((await browser.get(f"/cases/{CASE}")).text)
    assert "Customer care reports orders that stay in" in words
    assert "Payment processing spikes over 10 s metric p95 of shop.payment.duration > 10.0s" in words
    assert "payment-release-connection=on" in words
    assert f"whodunit scenario show {CASE}" in words


async def test_a_walkthrough_is_shown_without_what_is_for_the_program(browser: httpx.AsyncClient) -> None:
    page = (await browser.get(f"/cases/{CASE}?show=walkthrough")).text
    assert "<h2>A metric says that something is wrong</h2>" in page
    assert "<td>Orders are completed</td>" in page
    assert "recorded: phase" not in text(page)
    assert page.count("<h1>") == 1


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/cases/nope", "There is no case 'nope'. There are: all-quiet, "),
        ("/cases/checkout-hangs/nope", "There are: checkout-hangs/held, "),
        ("/cases/%2e%2e%2fetc", "There is no case"),
        (f"/cases/{CASE}?show=all", "There are: case, runs, walkthrough"),
        ("/cases?by=colour", "There are: level, document"),
        ("/cases/run", "No case was run since this lab began."),
    ],
)
async def test_a_wrong_address_is_answered_with_what_would_be_right(
    browser: httpx.AsyncClient, path: str, words: str
) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, words in text(answer.text)) == (422, True), text(answer.text)


async def test_a_run_is_started_by_a_form_and_then_watched(browser: httpx.AsyncClient, lab: FakeLab) -> None:
    answer = await browser.post("/cases/run", data={"case": CASE, "remedies": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "../cases/run")
    lab.run = going_on(SLOW)
    words = text((await browser.get("/cases/run")).text)
    assert "Running: expect" in words
    assert "expect 0 of 1 every symptom appears, and nothing else · 31 s of 60 s at most" in words
    assert "· not yet payment p95 over 10s p95 of shop.payment.duration: 3.00s > 10.0s 31 s metric" in words
    assert "running checkout-hangs/held Watch it" in text((await browser.get("/cases")).text)
    await browser.post("/cases/stop")
    assert lab.asked == [
        ("POST", "/verification", '{"case":"checkout-hangs/held","remedies":true}'),
        ("DELETE", "/verification", ""),
    ]


async def test_a_check_leads_to_its_metric_its_lines_and_its_trace(browser: httpx.AsyncClient, lab: FakeLab) -> None:
    proof = [{"trace_ids": []}, {"trace_id": "c0ffee"}]
    lab.run = going_on(
        check("payment-p95-over-10s", "12.2s, expected > 10.0s", passed=True, proof=proof),
        check("log-retrying-gateway-request", "1 record, expected ≥ 1", passed=True),
    )
    page = (await browser.get("/cases/run")).text
    assert 'href="../metrics?name=shop.payment.duration&amp;service=payment&amp;stat=percentile&amp;p=95"' in page
    assert 'href="../traces/c0ffee"' in page
    assert 'href="../logs?service=payment&amp;contains=Retrying+payment' in page


def test_every_check_leads_to_a_statistic_that_its_metric_has() -> None:
    place = Place.of("/cases/run", times.read({}, source(DuckStore())))
    wrong = [
        (case.name, each.id, words)
        for case in catalogue.cases()
        for each in every_check(case)
        if isinstance(each, Metric) and (words := asked_of(case, each, place) - had_by(METRICS[each.name]))
    ]
    assert wrong == []


def asked_of(case: Case, of: Metric, place: Place) -> set[str]:
    """The word for the statistic in the address that the check leads to; none is the usual one."""
    [phase] = phases(going_on(check(of.id, "1, expected ≥ 1", passed=True)), case, place)
    return set(parse_qs(urlsplit(phase.rows[0].evidence["metric"]).query).get("stat", []))


def had_by(declared: Declared) -> set[str]:
    """The words for the statistics that a metric has on its page."""
    return set(words_of(MetricInfo(declared.name, declared.kind, declared.monotonic, declared.unit, (), ())))


async def test_the_end_of_a_run_is_said_in_words(browser: httpx.AsyncClient, lab: FakeLab) -> None:
    over = going_on(check("orders-stuck", "0, expected ≥ 1", passed=False, is_decided=True))
    over["is_running"], over["phases"][0]["is_over"] = False, True
    lab.run = {**over, "failure": {"message": "This incident takes a program away.", "hint": "Start the stack."}}
    page = text((await browser.get("/cases/run")).text)
    assert "This incident takes a program away. Start the stack." in page
    assert "✗ does not orders stuck" in page
    lab.run = {**over, "outcome": {"passed": True, "seconds": 99.0, "stopped": "", "skipped": ["x"]}}
    assert "Passed in 99 s: every check of every phase held" in text((await browser.get("/cases/run")).text)


def test_a_plot_keeps_gaps_and_shows_its_bound() -> None:
    plot = plotted([(0.0, None), (30.0, 1.0), (31.0, None), (60.0, 2.0)], [4.0], 60.0)
    assert plot.line == "M58.0 20.0H60.0M118.0 14.0H120.0"
    assert plot.bounds == "M0 2.0H120"


async def test_recorded_runs_are_opened_and_closed(browser: httpx.AsyncClient, lab: FakeLab) -> None:
    lab.runs = [RECORDED]
    page = (await browser.get(f"/cases/{CASE}?show=runs")).text
    assert "1 recorded run opened," in text(page)
    assert "passed 2m08s recordings/checkout-hangs-held comes with the program Open" in text(page)
    assert "whodunit replay recordings/checkout-hangs-held" in text(page)
    answer = await browser.post("/cases/open", data={"case": CASE, "run": "checkout-hangs-held"})
    assert answer.headers["location"] == f"../cases/{CASE}?show=runs"
    assert lab.asked == [("POST", "/runs/open", '{"case":"checkout-hangs/held","run":"checkout-hangs-held"}')]
    lab.runs = [{**RECORDED, "desk": "http://127.0.0.1:8099/"}]
    assert 'href="http://127.0.0.1:8099/"' in (await browser.get(f"/cases/{CASE}?show=runs")).text


@pytest.mark.parametrize(
    "path", [*PAGES, "/cases/nope", "/cases/run", f"/cases/{CASE}?show=runs", f"/cases/{CASE}?show=walkthrough"]
)
async def test_while_a_mystery_runs_no_page_tells_anything(browser: httpx.AsyncClient, lab: FakeLab, path: str) -> None:
    lab.sealed = True
    answer = await browser.get(path)
    assert answer.status_code == 422
    assert "A mystery runs. whodunit mystery status" in text(answer.text)
    assert not re.search("checkout-hangs|held|gateway-slow", answer.text.replace(path.partition("?")[0][1:], ""))


async def test_at_a_replay_cases_are_shown_and_nothing_is_started() -> None:
    async with visit(replace(source(DuckStore()), recorded=MINUTE)) as browser:
        for path in (*PAGES, f"/cases/{CASE}?show=runs"):
            page = (await browser.get(path)).raise_for_status().text
            assert "Run it" not in page


async def test_the_matrix_is_a_table_for_each_face(browser: httpx.AsyncClient) -> None:
    page = text((await browser.get("/cases/matrix")).text)
    assert "checkout-hangs a run of … shows the symptoms of … held leaked cut" in page
    assert "whodunit scenario matrix" in page


def test_the_kept_matrix_is_the_documented_one() -> None:
    assert markdown(kept(), catalogue.cases()) == Path("docs/matrix.md").read_text(encoding="utf-8"), "make matrix"
