"""Regions, and the way from one to another."""

from itertools import combinations

import httpx
import pytest

from kit.messages import Request, Response, Url
from kit.regions import COMPANIES, REGIONS, Link, offices_of, round_trip_s

pytestmark = pytest.mark.anyio


def test_every_way_has_a_length_and_home_is_near() -> None:
    assert all(round_trip_s(one, other) == round_trip_s(other, one) > 0 for one, other in combinations(REGIONS, 2))
    assert {round_trip_s(region, region) for region in REGIONS} == {0.0}


def test_people_have_one_region_each_and_companies_all() -> None:
    people = [offices_of(customer_id) for customer_id in range(COMPANIES.stop, 501)]
    assert {len(offices) for offices in people} == {1}
    assert {region for (region,) in people} == set(REGIONS)
    assert {offices_of(customer_id) for customer_id in COMPANIES} == {REGIONS}


class Diary:
    """Writes down what happens, in order."""

    def __init__(self) -> None:
        self.events: list[float | str] = []

    async def pause(self, seconds: float) -> None:
        self.events.append(seconds)

    async def handle_async_request(self, request: Request) -> Response:
        self.events.append(request.method)
        return Response(request, 200, {}, b"")

    async def aclose(self) -> None:
        self.events.append("closed")


async def test_a_link_takes_half_a_round_trip_each_way() -> None:
    diary = Diary()
    link = Link(diary, 0.15, diary.pause)
    await link.handle_async_request(Request("GET", Url("http://eu/"), {}, b"", httpx.Timeout(1)))
    await link.aclose()
    assert diary.events == [0.075, "GET", 0.075, "closed"]
