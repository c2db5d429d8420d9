"""Who comes when: rates, shapes, and that a seed decides everything."""

from collections import Counter
from itertools import islice, pairwise

import pytest

from loadgen import shop
from loadgen.journeys import Buy, CompanyHistory, History, Line, LogIn, SignUp
from loadgen.plan import REFRESH_EVERY_S, REFRESH_WITHIN_S, arrivals, turns
from loadgen.shape import shape_of
from loadgen.spec import JourneyKind, LoadSpec, ShapeSpec


def spec(seconds: int = 100, **changes: object) -> LoadSpec:
    return LoadSpec.model_validate({"seconds": seconds, **changes})


def arrivals_between(wanted: LoadSpec, begin_s: float, end_s: float) -> int:
    return sum(begin_s <= arrival.at_s < end_s for arrival in arrivals(wanted))


def test_everybody_comes_in_order_and_in_time() -> None:
    moments = [arrival.at_s for arrival in arrivals(spec())]
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[0] >= 0
    assert moments[-1] < 100


def test_rates_hold_over_the_run_and_in_any_window() -> None:
    rates = {"buy": 8.0, "search": 0.5}
    counts = Counter(arrival.journey.kind for arrival in arrivals(spec(rates=rates)))
    assert counts == {JourneyKind.BUY: 800, JourneyKind.SEARCH: 50}
    for begin_s in range(0, 90, 7):
        assert abs(arrivals_between(spec(rates={"buy": 8.0}), begin_s, begin_s + 10) - 80) <= 1


def test_a_rush_comes_in_a_ramp_and_stays() -> None:
    rush = {"rates": {"buy": 6.0, "log_in": 3.0}, "at_s": 20, "ramp_s": 10}
    busy = spec(rates={"buy": 2.0, "search": 1.0}, rush=rush)
    counts = [Counter(each.journey.kind for each in arrivals(busy) if at <= each.at_s < at + 10) for at in (0, 20, 40)]
    assert [count[JourneyKind.BUY] for count in counts] == [20, pytest.approx(42, abs=2), pytest.approx(60, abs=1)]
    assert [count[JourneyKind.LOG_IN] for count in counts] == [0, pytest.approx(16, abs=2), pytest.approx(30, abs=1)]
    assert [count[JourneyKind.SEARCH] for count in counts] == [10, 10, 10]


def test_a_rush_without_a_ramp_comes_at_once() -> None:
    busy = spec(rates={"buy": 2.0}, rush={"rates": {"buy": 6.0}})
    assert arrivals_between(busy, 0, 10) == 60


def test_a_campaign_rises_beside_the_rush_and_leaves_its_kinds_alone() -> None:
    rush = {"rates": {"buy": 6.0}, "at_s": 20}
    campaign = {"rates": {"search": 4.0, "buy": 1.0}, "at_s": 40}
    busy = spec(rates={"buy": 2.0}, rush=rush, campaign=campaign)
    assert arrivals_between(busy, 0, 20) == 40
    assert arrivals_between(busy, 20, 40) == 120
    assert arrivals_between(busy, 40, 50) == 60 + 40


def test_what_is_told_before_a_rush_is_the_same_with_it() -> None:
    calm = [each.at_s for each in arrivals(spec(rates={"buy": 2.0})) if each.at_s < 20]
    assert len(calm) == arrivals_between(spec(rates={"buy": 2.0}, rush={"rates": {"buy": 6.0}, "at_s": 20}), 0, 20)


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    assert list(arrivals(spec())) == list(arrivals(spec()))
    assert list(arrivals(spec(seed=8))) != list(arrivals(spec()))
    first, again = (list(islice(turns(spec(), 3), 50)) for _ in range(2))
    assert first == again != list(islice(turns(spec(), 4), 50))


def test_a_shape_changes_when_people_come_and_not_what_they_do() -> None:
    stepped = list(arrivals(spec(rates={"buy": 4.0}, shape={"kind": "step"})))
    constant = list(arrivals(spec(rates={"buy": 4.0})))
    assert [each.journey for each in stepped][: len(constant)] == [each.journey for each in constant]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"kind": "constant"}, [100, 100, 100, 100]),
        ({"kind": "step", "factor": 3, "at_s": 10}, [100, 300, 300, 300]),
        ({"kind": "spike", "factor": 5, "at_s": 10, "for_s": 20}, [100, 500, 500, 100]),
        ({"kind": "soak", "at_s": 20}, [25, 75, 100, 100]),
        ({"kind": "soak", "at_s": 0}, [100, 100, 100, 100]),
    ],
)
def test_shapes(shape: dict[str, object], expected: list[int]) -> None:
    wanted = spec(40, rates={"buy": 10.0}, shape=shape)
    counts = [arrivals_between(wanted, begin_s, begin_s + 10) for begin_s in range(0, 40, 10)]
    assert counts == pytest.approx(expected, abs=1)
    bent = shape_of(ShapeSpec.model_validate(shape))
    assert [bent.factor(middle_s) * 100 for middle_s in (5, 15, 25, 35)] == pytest.approx(expected)


def test_one_card_in_fifty_is_declined() -> None:
    cards = [each.journey.card_number for each in arrivals(spec(1000)) if isinstance(each.journey, Buy)]
    declined = sum(card in shop.DECLINED_CARDS for card in cards) / len(cards)
    assert declined == pytest.approx(0.02, abs=0.005)
    assert set(cards) == {shop.GOOD_CARD, *shop.DECLINED_CARDS}


def test_buyers_take_turns_and_buy_what_is_in_stock() -> None:
    buys = [each.journey for each in arrivals(spec(accounts=20)) if isinstance(each.journey, Buy)]
    assert all(len({buy.account for buy in buys[at : at + 20]}) == 20 for at in range(0, 400, 20))
    assert {line.product_id for buy in buys for line in buy.lines} <= set(range(1, 239))
    assert {len(buy.lines) for buy in buys} == {1, 2}


def test_a_card_that_is_to_be_declined_always_is() -> None:
    journeys = [each.journey for each in arrivals(spec(rates={"buy_declined": 5}))]
    assert {journey.card_number for journey in journeys if isinstance(journey, Buy)} == set(shop.DECLINED_CARDS)


def test_who_wants_the_limited_edition_buys_a_piece_of_it_and_nothing_else() -> None:
    journeys = [each.journey for each in arrivals(spec(rates={"buy_limited": 5}))]
    assert {journey.lines for journey in journeys if isinstance(journey, Buy)} == {(Line(shop.LIMITED_EDITION, 1),)}


def test_screens_of_companies_refresh_together_and_people_come_evenly() -> None:
    wanted = spec(rates={"history": 3, "history_company": 0.95})
    found = [(each.at_s, each.journey) for each in arrivals(wanted) if isinstance(each.journey, History)]
    together = [at_s % REFRESH_EVERY_S for at_s, journey in found if isinstance(journey, CompanyHistory)]
    assert len(together) == 95
    assert max(together) < REFRESH_WITHIN_S
    companies = {journey.account for _, journey in found if isinstance(journey, CompanyHistory)}
    assert companies == set(shop.COMPANIES)
    people = [(at_s, journey) for at_s, journey in found if not isinstance(journey, CompanyHistory)]
    regions = Counter(journey.address.rpartition(".")[0] for at_s, journey in people if 40 <= at_s < 60)
    assert regions == dict.fromkeys(shop.REGIONS.values(), 20)


def test_only_histories_need_the_nodes() -> None:
    assert not spec().visits_nodes
    assert spec(rates={"buy": 1, "history": 1}).visits_nodes
    assert spec(rates={"buy": 1}, rush={"rates": {"history_company": 1}}).visits_nodes
    assert not spec(rates={"buy": 1, "history": 0}).visits_nodes


def test_who_mistypes_an_address_uses_one_that_nobody_has() -> None:
    journeys = [each.journey for each in arrivals(spec(rates={"log_in_mistyped": 1, "log_in": 1}))]
    assert {journey.mistyped for journey in journeys if isinstance(journey, LogIn)} == {True, False}
    assert shop.mistyped_email(7) not in {shop.email(account) for account in range(1, shop.ACCOUNTS + 1)}


def test_people_sign_up_with_numbers_of_their_own() -> None:
    only = spec(mix={"sign_up": 1}, users=5)
    visits = [turn for user in range(15) for turn in islice(turns(only, user), 20)]
    numbers = [visit.number for visit in visits if isinstance(visit, SignUp)]
    assert len(set(numbers)) == len(numbers) == len(visits)
