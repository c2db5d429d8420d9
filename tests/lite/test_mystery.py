"""A mystery by script, from the complaint to the verdict: solved from the telemetry, and from nothing else."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client

from bench.shop import Shop, open_shop
from tests import assistant, reachable
from tests.sealed_words import sealed_words
from whodunit.incident import catalogue
from whodunit.mystery.choice import choose
from whodunit.mystery.plan import STAGING_S
from whodunit.runs.recorded_run import KEPT as RECORDINGS
from whodunit.store.schema import TABLES

Json = dict[str, Any]

NAME = "checkout-hangs/held"
MINUTES = 5
LEADER = "only the leader knows it"
REMEDY = "smaller-transactions payment"
REFUSED = 2
KINDS = {"file", "command", "environment", "page", "telemetry", "answer", "tool", "prompt", "resource", "instructions"}
"""Where a player can read, as the search calls it."""

SPREADS_WITHIN_S = 6.0
LENT_TOO_LONG_S = 0.1
"""A connection that is given back before the gateway is called is lent for milliseconds."""


def seed_of(name: str) -> int:
    """A seed that gives this incident soon, and is no number that stands anywhere by chance."""
    cases = catalogue.cases()
    choices = ((seed, choose(cases, seed, None, MINUTES)) for seed in range(1_357_924_680, 1_357_934_680))
    return next(seed for seed, choice in choices if choice.case.name == name and choice.onset_after_s <= 32)


SEED = seed_of(NAME)


def secrets() -> list[str]:
    """The seed, and what names this case and its siblings."""
    return [*sealed_words(NAME), str(SEED)]


def reach(shop: Shop) -> Iterator[reachable.Piece]:
    """All that a player can read of the running shop, but for its signals."""
    status = shop.json("status")
    yield from reachable.files(shop.home)
    yield from reachable.processes(status["lab"]["pid"])
    yield from reachable.pages(status["lab"]["url"], reachable.LAB_PAGES)
    yield from reachable.desk(status["lab"]["url"])
    for program in [*status["services"], status["store"]]:
        yield from reachable.pages(program["url"])
    for said in ("status", "fault list", "load status", "alerts", "mystery status", "mystery mitigate", "map"):
        done = shop.process(*said.split())
        yield f"answer to {said}", done.stdout
    yield from anyio.run(read_by_assistant, f"{status['lab']['url']}/mcp")


async def read_by_assistant(url: str) -> list[reachable.Piece]:
    """All that an assistant can read at the lab."""
    async with Client(url) as client:
        return [piece async for piece in assistant.everything(client)]


def signals(shop: Shop, words: list[str]) -> Iterator[reachable.Piece]:
    """What of the telemetry holds one of `words`."""
    return reachable.telemetry(lambda sql: list(shop.json("sql", sql)["rows"]), words)


def wait_for(what: str, found: Callable[[], Any], within_s: float, every_s: float = 1) -> Any:
    """What `found` returns, once it returns something."""
    deadline = time.monotonic() + within_s
    while not (value := found()):
        assert time.monotonic() < deadline, f"{what}: not within {within_s} s"
        time.sleep(every_s)
    return value


def of_connections(service: str, begun: datetime) -> list[str]:
    """For how long connections are lent since then, and how many there may be, as evidence."""
    window = f"{begun:%FT%T%z}..{max(datetime.now(UTC), begun + timedelta(seconds=10)):%FT%T%z}"
    numbers = {"use_time": "mean", "max": "value"}
    return [f"metric db.client.connection.{name}{{service={service}}} {how} {window}" for name, how in numbers.items()]


def span_of(shop: Shop) -> str | None:
    """The newest span of payment."""
    newest = "select trace_id, span_id from spans where service = 'payment' order by start_time desc limit 1"
    return next((f"span {trace} {span}" for trace, span in shop.json("sql", newest)["rows"]), None)


def remembered_from_before(shop: Shop) -> int:
    """Figures from before the services knew what is there from the beginning on."""
    known_s = shop.json("mystery", "status")["started_s"] - STAGING_S / 2
    count = f"select count(*) from metrics where time < make_timestamp({round(known_s * 1e6)})"
    return int(shop.json("sql", count)["rows"][0][0])


def first_error(shop: Shop) -> tuple[datetime, str]:
    """When which service cried first."""
    said = "select time, service from logs where severity = 'ERROR' order by time limit 1"
    [[at, service]] = shop.json("sql", said)["rows"]
    return datetime.fromisoformat(at), service


def seen_by(shop: Shop) -> Json:
    """What a detective finds: who cries first and since when, whom it reaches, and why."""
    begun, service = first_error(shop)
    failing = "select distinct service from spans where status = 'error' or duration_s > 5"
    lent = 'select max("sum" / "count") from metrics where name = \'db.client.connection.use_time\' and "count" > 0'
    of_payment = f"{lent} and service = '{service}' and time > TIMESTAMP '{begun:%F %T}'"
    reached = sorted(row[0] for row in shop.json("sql", failing)["rows"] if row[0] != "load-generator")
    held = (shop.json("sql", of_payment)["rows"][0][0] or 0.0) > LENT_TOO_LONG_S
    return {
        "component": service,
        "reason": "connection-held-across-call" if held else "connection-leak",
        "onset": (begun - timedelta(seconds=5)).isoformat(),
        "propagation": ",".join(reached),
        "evidence": of_connections(service, begun),
        "mitigation": REMEDY,
    }


def found_out(shop: Shop) -> Json | None:
    """The answer, once it spreads no further and a second look leads to the same."""
    before = seen_by(shop)
    time.sleep(SPREADS_WITHIN_S)
    found = seen_by(shop)
    is_same = all(found[each] == before[each] for each in ("component", "reason", "propagation"))
    return found if is_same and "," in found["propagation"] else None


def marks(shop: Shop, answer: Json, out: Path) -> dict[str, float]:
    """What each field earns, of its weight, as the leader sees it; `out` becomes the hand-in."""
    pairs = ((field, each) for field, said in answer.items() for each in ([said] if isinstance(said, str) else said))
    shop.run("mystery", "answer", *(f"{field}={each}" for field, each in pairs), "--out", str(out))
    [row] = json.loads(shop.run("grade", str(out), "--leader", LEADER, "--json"))
    return {mark["name"]: mark["points"] / mark["of"] for mark in row["criteria"] if mark["of"]}


def assert_nothing_tells(shop: Shop) -> None:
    """No secret is to be read anywhere; and every kind of place was looked at, for what is no secret is found there."""
    words, innocent = secrets(), ["payment", "incident", "whodunit.entry", str(shop.home)]
    pieces = list(reach(shop))
    assert reachable.told([*pieces, *signals(shop, words)], words) == {}
    everywhere = reachable.told([*pieces, *signals(shop, innocent)], innocent)
    assert {where.split()[0] for where in everywhere} == KINDS
    assert len([where for where in everywhere if where.startswith("telemetry")]) == len(TABLES)


def assert_its_report_tells_nothing(shop: Shop, folder: Path) -> None:
    """What telemetry shows, and nothing that its player cannot see."""
    shop.run("report", "--out", str(folder))
    pieces = list(reachable.files(folder))
    assert reachable.told(pieces, secrets()) == {}
    assert {where for where, text in pieces if "a mystery runs" in text} == {"file incident.md", "file incident.html"}


def assert_wrong_ones_earn_less(shop: Shop, answer: Json, early: str, out: Path) -> None:
    """The service where it shows, a sibling's cause, evidence from before, and an invented one."""
    assert marks(shop, answer | {"component": "order"}, out)["component"] == 0
    assert marks(shop, answer | {"reason": "pool-cut"}, out)["reason"] == 0
    assert marks(shop, answer | {"evidence": early}, out)["evidence"] == 0
    assert marks(shop, answer | {"evidence": f"span {'ab' * 16} {'cd' * 8}"}, out)["evidence"] == 0


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A shop of its own: a mystery seals it."""
    with open_shop() as shop:
        shop.up()
        yield shop


def test_solved_from_the_telemetry_alone(shop: Shop, tmp_path: Path) -> None:
    begin = ("mystery", "start", "--seed", str(SEED), "--minutes", str(MINUTES), "--leader", LEADER)
    shop.run(*begin)
    assert not remembered_from_before(shop)
    early = wait_for("a trace in health", lambda: span_of(shop), 30)
    wait_for("somebody to cry", lambda: shop.json("logs", "--severity", "error")["logs"], 90)
    answer = wait_for("whom it reaches", lambda: found_out(shop), 60)
    shop.run("mystery", "mitigate", *REMEDY.split())
    kept = ("report", str(RECORDINGS / "checkout-hangs-held"))
    for refused in (
        begin,
        ("fault", "list"),
        ("fault", "clear"),
        ("load", "stop"),
        ("scenario", "show", "all-quiet"),
        kept,
    ):
        assert shop.process(*refused).returncode == REFUSED
    assert_nothing_tells(shop)
    assert_its_report_tells_nothing(shop, tmp_path / "sealed")

    out = tmp_path / "hand-in.json"
    assert_wrong_ones_earn_less(shop, answer, early, out)
    wait_for("the lab to see that it helped", lambda: marks(shop, answer, out)["mitigation"], 120, every_s=5)
    answer["propagation"] = seen_by(shop)["propagation"]
    assert {field for field, share in marks(shop, answer, out).items() if share < 1} == set()
    assert reachable.told(reachable.files(tmp_path), secrets()) == {f"file {out.name}": [answer["reason"]]}

    told = shop.json("mystery", "reveal", "--out", str(tmp_path / "verdict.md"))
    assert told["verdict"]["score"] == 100, told["verdict"]
    assert (told["case"], told["seed"]) == (NAME, SEED)
    assert len(told["proof"]) >= 5
    assert reachable.told(reachable.files(shop.home), secrets()), "sealed no more"
    shop.run("report", "--out", str(tmp_path / "told"))
    assert f"**proven**: payment, {answer['reason']}" in (tmp_path / "told" / "incident.md").read_text("utf-8")
