"""A mystery from the first form to the verdict, with pins from the other pages as its evidence."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests import reachable
from tests.sealed_words import sealed_words
from tests.unit.desk.conftest import visit
from tests.unit.desk.played import PlayedLab
from tests.unit.desk.test_pages import text
from tests.unit.mystery.fakes import ONSET
from tests.unit.mystery.test_host import CASE, NAME, REMEDY, SEED
from whodunit.desk.app import PAGES
from whodunit.faults.catalogue import Action
from whodunit.incident import catalogue
from whodunit.incident.loader import load_truth
from whodunit.mystery.answer import Answer
from whodunit.mystery.citing import read
from whodunit.mystery.handin import read as opened
from whodunit.mystery.notebook import MOST_PINS
from whodunit.telemetry.citation import LogCitation, MetricCitation
from whodunit.topology import BY_NAME, HISTORY

pytestmark = pytest.mark.anyio

LEADER = "sesame"
BEGIN = {"seed": str(SEED), "minutes": "6", "leader": LEADER}
SPAN = f"span {'a' * 32} {'b' * 16}"
PINNABLE = re.compile(r'name="evidence" value="([^"]+)"')


@pytest.fixture
def lab(tmp_path: Path) -> PlayedLab:
    return PlayedLab(tmp_path / "mystery")


@pytest.fixture
async def desk(lab: PlayedLab) -> AsyncIterator[httpx.AsyncClient]:
    async with visit(lab.source) as browser:
        yield browser


async def send(desk: httpx.AsyncClient, path: str, fields: Mapping[str, str | list[str]] | None = None) -> str:
    """Send a form; the page that it leads to."""
    answer = await desk.post(path, data=fields or {})
    assert answer.status_code == 303, text(answer.text)
    return (await desk.get(str(answer.next_request.url))).text  # type: ignore[union-attr]


def filled_in(page: str) -> dict[str, list[str]]:
    """The fields of the form as a browser would send them, but for the clock and the texts."""
    found: dict[str, list[str]] = {}
    chosen = re.findall(r'name="(\w+)" value="([^"]*)" checked', page)
    chosen += re.findall(r'<select name="(\w+)">(?:(?!</select>).)*<option selected>([^<]*)', page)
    for name, value in chosen:
        found.setdefault(name, []).append(unescape(value))
    return found


async def begin(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    assert "The shop opens and the clock starts in" in await send(desk, "/mystery", dict(BEGIN))
    lab.begin()


async def test_it_begins_with_a_complaint_and_a_clock(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    assert "Begin one" in (await desk.get("/mystery")).text
    await begin(desk, lab)
    page = (await desk.get("/mystery")).text
    assert text(lab.host.status()["complaint"])[:60] in text(page)
    assert re.search(r'data-until="2026-[^"]+">\dm\d\d', page), page
    assert "not answered · 0 points spent" in text(page)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seed": "tomorrow"}, "seed=tomorrow is no whole number. Leave it out"),
        ({"seed": "7" * 5000}, f"seed={'7' * 40}… is no whole number."),
        ({"level": "1.5"}, "level=1.5 is no whole number."),
        ({"minutes": "inf"}, "minutes=inf is no number."),
        ({"minutes": "90"}, "minutes: Input should be less than or equal to 55"),
        ({"level": "9"}, "level: Input should be less than or equal to 3"),
    ],
)
async def test_what_cannot_begin_is_said_and_not_asked_again(
    desk: httpx.AsyncClient, fields: dict[str, str], said: str
) -> None:
    answer = await desk.post("/mystery", data=BEGIN | fields)
    assert (answer.status_code, said in text(answer.text)) == (422, True), text(answer.text)
    assert 'data-live="0"' in answer.text
    assert LEADER not in answer.text


async def test_its_minutes_may_have_a_fraction(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    assert (await desk.post("/mystery", data=BEGIN | {"minutes": "15.5"})).status_code == 303
    assert lab.host.status()["seconds_left"] > 15.5 * 60


async def test_a_hint_says_its_price_before_and_stays(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    assert "Next hint: costs 5 points" in (await desk.get("/mystery")).text
    page = text(await send(desk, "/mystery/hint"))
    assert text(lab.host.status()["hints"][0]) in page
    assert "Next hint: costs 10 points" in page
    assert "5 points spent" in page


async def test_the_grid_has_every_action_for_every_service(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    page = (await desk.get("/mystery")).text
    offered = re.findall(r'name="mitigation" value="([^"]+)"', page)
    assert offered == [f"{action} {service}" for action in Action for service in (*BY_NAME, HISTORY)]
    assert "the first try is free" in page
    page = await send(desk, "/mystery/mitigations", {"mitigation": REMEDY})
    assert (lab.host.status()["mitigations"], f"Put in force: {REMEDY}." in page) == ([REMEDY], True)
    assert "Put it in force: costs 3 points" in page
    assert "No mitigation was chosen." in (await desk.post("/mystery/mitigations")).text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/logs?severity=warn", "log"),
        ("/metrics?name=shop.payment.duration", "metric"),
        ("/metrics?name=http.server.request.duration&by=service", "metric"),
        ("SPAN", "span"),
    ],
)
async def test_what_a_page_shows_can_be_pinned_while_one_runs(
    desk: httpx.AsyncClient, lab: PlayedLab, path: str, kind: str
) -> None:
    path = await of_a_span(desk) if path == "SPAN" else path
    assert not PINNABLE.findall((await desk.get(path)).text)
    await begin(desk, lab)
    [evidence, *_] = map(unescape, PINNABLE.findall((await desk.get(path)).text))
    assert (evidence.split()[0], bool(read(evidence))) == (kind, True)
    page = await send(desk, "/mystery/pins", {"evidence": evidence, "title": "It is late"})
    assert f"1 of {MOST_PINS} pinned" in text(page)
    assert "It is late" in page
    again = (await desk.get(path)).text
    assert '<span class="tag">pinned' in again
    assert evidence not in map(unescape, PINNABLE.findall(again))


async def of_a_span(desk: httpx.AsyncClient) -> str:
    page = (await desk.get("/traces/c0ffee00")).text
    return re.search(r'hx-get="\.\./(traces/[0-9a-f]+/[0-9a-f]+)"', page)[1]  # type: ignore[index]


async def test_a_plot_is_pinned_as_a_whole_and_by_its_lines(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    page = (await desk.get("/metrics?name=http.server.request.duration&by=service")).text
    labels = re.findall(r"<button[^>]*>Pin ?([a-z]*)</button>", page)
    assert labels[0] == ""
    assert sorted(labels[1:]) == ["frontend", "order", "payment"]
    assert "http.server.request.duration{service=payment} p95 2026-11-21T11:46:00Z..2026-11-21T12:01:00Z" in page


async def test_a_pin_has_a_remark_leads_back_and_can_be_removed(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    number = "metric shop.payment.duration{service=payment} p95 2026-11-21T12:00:00Z..2026-11-21T12:01:00Z"
    page = await send(desk, "/mystery/pins", {"evidence": number, "title": "Slow <payments>"})
    name = lab.host.status()["pins"][0]["id"]
    page = await send(desk, f"/mystery/pins/{name}", {"comment": "since noon"})
    assert 'value="since noon"' in page
    assert "Slow &lt;payments&gt;" in page
    link = unescape(re.search(r'href="\./(metrics\?[^"]+)"', page)[1])  # type: ignore[index]
    assert "p95 of payment seconds" in text((await desk.get(f"/{link}")).text)
    assert "0 of" in await send(desk, f"/mystery/pins/{name}/remove")
    gone = await desk.post(f"/mystery/pins/{name}/remove")
    assert (gone.status_code, f"There is no pin '{name}'. There are: none" in text(gone.text)) == (422, True)


async def test_pins_are_there_after_the_lab_was_started_again(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    await send(desk, "/mystery/pins", {"evidence": SPAN})
    lab.host = lab.new_host()
    lab.host.resume()
    assert SPAN in (await desk.get("/mystery")).text


def right() -> dict[str, str | list[str]]:
    truth = load_truth(catalogue.find(NAME))
    return {
        "component": str(truth.component),
        "reason": truth.reason.value,
        "onset": "14:00:00",
        "zone": "+00:00",
        "propagation": ["payment", "order"],
        "evidence": [SPAN],
        "mitigation": REMEDY,
        "player": "Ada",
    }


async def test_an_answer_is_taken_kept_in_the_form_and_handed_in_without_the_notebook(
    desk: httpx.AsyncClient, lab: PlayedLab
) -> None:
    await begin(desk, lab)
    await send(desk, "/mystery/pins", {"evidence": SPAN, "comment": ""})
    await send(desk, "/mystery/mitigations", {"mitigation": REMEDY})
    page = await send(desk, "/mystery/answer", right())
    assert "Answered." in page
    for value in (right()["component"], right()["reason"], REMEDY, SPAN):
        assert f'value="{value}" checked' in page, value
    file = await desk.get("/mystery/hand-in.json")
    assert file.headers["content-disposition"] == 'attachment; filename="hand-in.json"'
    handed_in, diary = opened(file.text, LEADER)
    assert (handed_in.player, handed_in.answer["onset"][11:]) == ("Ada", "14:00:00Z")
    assert diary.answer
    assert ([str(each) for each in diary.answer.evidence], diary.pins) == ([SPAN], ())


async def test_an_answer_given_elsewhere_is_not_lost_when_it_is_given_here_again(
    desk: httpx.AsyncClient, lab: PlayedLab
) -> None:
    window = (ONSET, ONSET + timedelta(seconds=40))
    number = MetricCitation(
        metric="shop.payment.duration", where={"outcome": "a, b"}, statistic="p", p=95, window=window
    )
    elsewhere = Answer(
        component="PAYMENT",
        reason=load_truth(CASE).synonyms.reason[0],
        second_component="Order",
        propagation=["order", "load generator"],
        evidence=[read(SPAN), LogCitation(log='"Out" of <connections>', trace="a" * 32), number],
        mitigation="restart Payment",
    )
    await begin(desk, lab)
    await send(desk, "/mystery/pins", {"evidence": SPAN, "comment": ""})
    await lab.host.answer(elsewhere)
    before = lab.host.answered().answer
    page = (await desk.get("/mystery/answer")).text
    await send(desk, "/mystery/answer", filled_in(page))
    assert lab.host.answered().answer == before
    assert (before["component"], before["mitigation"]) == ("payment", "restart payment")


async def test_an_answer_may_name_two_causes(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    page = await send(desk, "/mystery/answer", right() | {"second_component": "token", "second_reason": "bad-data"})
    assert "<option selected>token</option>" in page
    assert "<option selected>bad-data</option>" in page


async def test_a_wrong_answer_is_told_what_would_be_right(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    for wrong, said in (
        ({"reason": "aliens"}, "There is no cause 'aliens'. There are: "),
        ({"onset": "soon"}, "'soon' is not a moment. Write it like 14:03"),
        (
            {"evidence": [f"span {'a' * 32} {number:016x}" for number in range(4)]},
            "evidence: List should have at most 3",
        ),
        ({"evidence": ["it is slow"]}, "'it is slow' is no evidence."),
    ):
        answer = await desk.post("/mystery/answer", data=right() | wrong)
        assert (answer.status_code, said in text(answer.text)) == (422, True), text(answer.text)


async def test_the_truth_is_asked_for_twice_and_can_be_read_again(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    await send(desk, "/mystery/pins", {"evidence": SPAN, "title": "A slow payment"})
    assert "You have not answered , which earns nothing." in text((await desk.get("/mystery/verdict")).text)
    await send(desk, "/mystery/mitigations", {"mitigation": REMEDY})
    await send(desk, "/mystery/answer", right())
    assert lab.host.is_sealed
    page = text(await send(desk, "/mystery/reveal"))
    assert not lab.host.is_sealed
    assert re.search(r"component 10 of 10 payment payment reason 40 of 40 connection-leak connection-leak", page), page
    assert "no such span was recorded" in page
    assert "A slow payment" in page
    assert page == text((await desk.get("/mystery/verdict")).text)
    assert "The verdict of the last one" in (await desk.get("/mystery")).text


async def test_where_none_runs_nothing_is_answered_or_revealed(desk: httpx.AsyncClient) -> None:
    for path in ("/mystery/answer", "/mystery/verdict", "/mystery/hand-in.json"):
        answer = await desk.get(path)
        assert (answer.status_code, "No mystery" in text(answer.text)) == (422, True), path
    assert "No mystery runs." in text((await desk.post("/mystery/hint")).text)


async def test_nothing_on_any_page_names_the_cause(desk: httpx.AsyncClient, lab: PlayedLab) -> None:
    await begin(desk, lab)
    await send(desk, "/mystery/pins", {"evidence": SPAN})
    await send(desk, "/mystery/mitigations", {"mitigation": "restart token"})
    await send(desk, "/mystery/answer", {"component": "token", "reason": "bad-data", "evidence": [SPAN]})
    pieces = [(path, await seen(desk, path)) for path in PAGES if "{" not in path and path != "/mystery/report"]
    assert reachable.told(pieces, [*sealed_words(NAME), str(SEED)]) == {}
    innocent = {"/", "/metrics", "/traces", "/logs", "/mystery", "/mystery/answer"}
    assert reachable.told(pieces, ["payment"]).keys() >= innocent


async def seen(desk: httpx.AsyncClient, path: str) -> str:
    answer = await desk.get(path)
    return f"{answer.headers}\n{reachable.VOCABULARY.sub('', answer.text)}"
