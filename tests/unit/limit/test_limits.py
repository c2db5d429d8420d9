"""What limits, by numbers as a shop would show them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.unit.limit.fakes import BEGUN, FakeShop, hunt, trials
from tests.unit.runner.fakes import FakeTelemetry
from whodunit.limit.attribution import limited_by
from whodunit.limit.evidence import CORE, LAG, MACHINE, MADE, OF_MACHINE, SHOP, Evidence, Kind, gathered
from whodunit.limit.loads import Mix
from whodunit.limit.targets import Targets
from whodunit.limit.trials import Trial
from whodunit.telemetry.answers import Number, Numbers
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.questions import MetricQuery, Statistic, Window


def row(kind: Kind, of: str, what: str, met: float | None, missed: float | None) -> Evidence:
    unit = "1" if "share" in what else "s"
    return Evidence(kind, of, what, unit, "asked", met, missed)


def machine(share: float, of_shop: float = 0.6) -> list[Evidence]:
    return [
        row(Kind.PROCESSOR, MACHINE, OF_MACHINE, 0.5, share),
        row(Kind.PROCESSOR, SHOP, OF_MACHINE, 0.3, of_shop),
    ]


CORE_FULL = row(Kind.PROCESSOR, "order", CORE, 0.6, 0.97)
LATE = row(Kind.PROCESSOR, "order", LAG, 0.004, 0.08)
POOL = row(Kind.POOL, "payment's database connections", "wait for one, p95", 0.002, 1.92)
WAY = row(Kind.POOL, "requests to order", "time outside of it, mean", 0.003, 2.4)
NEW = row(Kind.POOL, "new connections to gateway", MADE, 0.004, 1.4)
PEER = row(Kind.PEER, "gateway", "time to answer, p95", 0.5, 1.9)


@pytest.mark.parametrize(
    ("evidence", "kind", "sentence"),
    [
        ([*machine(0.97), CORE_FULL, POOL], Kind.PROCESSOR, "this machine has no core left: share of this machine's"),
        ([*machine(0.6), CORE_FULL, POOL], Kind.PROCESSOR, "order has no core left: share of one core 97 %, 60 % at"),
        ([*machine(0.6), LATE, WAY], Kind.PROCESSOR, "order does not get the core that it needs: wait for a core, p95"),
        ([*machine(0.6), POOL, PEER], Kind.PEER, "gateway answers later: time to answer, p95 1.90s, 500ms at the lim"),
        ([*machine(0.6), PEER, NEW], Kind.POOL, "new connections to gateway are late: time until one is made"),
        ([*machine(0.6), PEER, replace(NEW, missed=0.005)], Kind.PEER, "gateway answers later"),
        (
            [*machine(0.6), POOL],
            Kind.POOL,
            "payment's database connections have to wait: wait for one, p95 1.92s, ",
        ),
        ([*machine(0.6), POOL, WAY], Kind.POOL, "requests to order have to wait: time outside of it, mean 2.40s"),
        (machine(0.6), None, "nothing that is measured here stands out"),
    ],
)
def test_the_first_explanation_that_holds(evidence: list[Evidence], kind: Kind | None, sentence: str) -> None:
    found = limited_by(evidence, Targets())
    assert (found.kind, found.sentence[: len(sentence)]) == (kind, sentence)
    assert found.asked == evidence


def test_a_machine_that_others_use_says_so() -> None:
    assert "the rest is other programs'" in limited_by(machine(1.0, of_shop=0.3), Targets()).sentence
    assert "other programs" not in limited_by(machine(1.0, of_shop=0.6), Targets()).sentence


@pytest.mark.parametrize(
    "calm",
    [
        replace(POOL, met=1.0),  # it waited as long where the targets were met
        replace(POOL, missed=0.07),
        replace(PEER, met=1.5),
        replace(PEER, met=None, missed=0.74),
        replace(LATE, missed=0.04),
        row(Kind.PROCESSOR, SHOP, OF_MACHINE, 0.5, 0.95),
    ],
)
def test_what_was_so_before_or_is_small_limits_nothing(calm: Evidence) -> None:
    assert limited_by([calm], Targets()).kind is None


class Shown(FakeTelemetry):
    """Answers by metric and service, or by the peer that is asked."""

    def __init__(self, told: Mapping[tuple[str, str], float]) -> None:
        super().__init__()
        self.told = told

    def number(self, query: MetricQuery, window: Window) -> Number:
        of = query.service or query.where["service.peer.name"]
        value = self.told.get((query.name, str(of)))
        is_late = window.start > BEGUN
        return Number(value * (10 if is_late else 1) if value is not None else None, 1, (), "select")


def trial(*, late: bool, share: float | None) -> Trial:
    shop = FakeShop()
    shop.now_s = 60.0 if late else -60.0
    made = trials(shop).make(Mix.of({"buy": 1}).constant(4, 30), judges_checkouts=True)
    return replace(made, machine_share=share)


TOLD = {
    ("process.cpu.time", "order"): 0.05,
    ("db.client.connection.wait_time", "payment"): 0.01,
    ("shop.outbound.duration", "order"): 0.5,
    ("http.server.request.duration", "order"): 0.4,
    ("shop.outbound.duration", "gateway"): 0.03,
    ("shop.outbound.duration", "inventory"): 0.02,
    ("shop.outbound.connection.create_time", "gateway"): 0.02,
}


def test_the_telemetry_is_asked_for_both_trials() -> None:
    found = gathered(Shown(TOLD), trial(late=False, share=0.2), trial(late=True, share=0.7))
    told = {(each.of, each.what): [each.met, each.missed] for each in found}
    assert told["this machine", OF_MACHINE] == pytest.approx([0.2, 0.7])
    assert told["order", CORE] == pytest.approx([0.05, 0.5])
    assert told["payment's database connections", "wait for one, p95"] == pytest.approx([0.01, 0.1])
    assert told["requests to order", "time outside of it, mean"] == pytest.approx([0.1, 1.0])
    assert told["new connections to gateway", MADE] == pytest.approx([0.02, 0.2])
    assert told["gateway", "time to answer, p95"] == pytest.approx([0.03, 0.3])
    assert ("requests to inventory", "time outside of it, mean") not in told
    asked = {each.of: each.asked for each in found}
    assert asked["payment's database connections"] == "db.client.connection.wait_time{service=payment} p95"
    assert asked["requests to order"].endswith("} mean - http.server.request.duration{service=order} mean")


def test_a_machine_that_cannot_be_measured_from_here_is_left_out() -> None:
    found = gathered(Shown(TOLD), None, trial(late=True, share=None))
    waits = {"requests to order", "payment's database connections", "new connections to gateway"}
    assert {each.of for each in found} == {"order", "gateway", *waits}
    assert all(each.met is None for each in found)


def test_the_limit_is_told_of_the_trials_beside_it() -> None:
    made = hunt(FakeShop(capacity=7.0))
    made.trials.telemetry = Shown({("db.client.connection.wait_time", "payment"): 0.3})
    made.run()
    assert made.limit
    assert made.limit.of is None  # both trials saw the same
    assert [each.missed for each in made.limit.asked] == [3.0]


class Away(FakeTelemetry):
    """Knows when orders have ended, and nothing else."""

    def measure(self, asked: Sequence[tuple[MetricQuery, Window]]) -> Numbers:
        raise TelemetryError("gone")


def test_without_telemetry_x_is_found_all_the_same() -> None:
    made = hunt(FakeShop(capacity=7.0))
    made.trials.telemetry = Away()
    made.run()
    assert made.limit
    assert (made.found["constant"].value, made.limit.sentence) == (7.0, "The telemetry did not answer: gone")


def test_the_highest_rate_has_no_limit() -> None:
    made = hunt(FakeShop(capacity=99.0))
    made.run()
    assert (made.found["constant"].value, made.found["constant"].missed, made.limit) == (24.0, None, None)


def test_every_question_is_one_that_both_backends_answer() -> None:
    known = {Statistic.RATE, Statistic.PERCENTILE, Statistic.MEAN}
    asked: list[MetricQuery] = []

    class Noted(FakeTelemetry):
        def number(self, query: MetricQuery, window: Window) -> Number:
            asked.append(query)
            return Number(None, 0, (), "")

    assert gathered(Noted(), None, trial(late=True, share=None)) == []
    assert {query.statistic for query in asked} == known
