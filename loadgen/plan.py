"""The arrivals of a whole run, as a sequence that depends on the spec alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import count
from random import Random

from loadgen import shop
from loadgen.journeys import Journey, draw
from loadgen.shape import Shape, rise, shape_of
from loadgen.spec import JourneyKind, LoadSpec

REFRESH_EVERY_S, REFRESH_WITHIN_S = 20.0, 4.0


@dataclass(frozen=True)
class Arrival:
    """A visitor who comes `at_s` seconds after the start."""

    at_s: float
    journey: Journey


def arrivals(spec: LoadSpec) -> Iterator[Arrival]:
    """The arrivals of an open-loop run, in order.

    Each kind comes evenly, at a random moment of its own slot: any window has as many as the rate gives, within one.
    """
    rates = {kind: (spec.rates.get(kind, 0.0), peak) for kind, peak in sorted(spec.peak_rates.items())}
    kinds = [_of_kind(spec, JourneyKind(kind), *rate) for kind, rate in rates.items() if any(rate)]
    return merge(*kinds, key=lambda arrival: arrival.at_s)


def turns(spec: LoadSpec, user: int) -> Iterator[Journey]:
    """The journeys of one of the users, one after the other; each user has an account of their own."""
    dice = Random(f"{spec.seed}/user/{user}")
    kinds, weights = zip(*sorted(spec.mix.items()), strict=True)
    account = user % shop.ACCOUNTS + 1
    for turn in count():
        kind = dice.choices(kinds, weights)[0]
        yield draw(JourneyKind(kind), dice, account, number=turn * spec.users * 20 + user)


def _of_kind(spec: LoadSpec, kind: JourneyKind, rate: float, peak_rate: float) -> Iterator[Arrival]:
    dice = Random(f"{spec.seed}/{kind}")
    rising = spec.rise_of(kind)
    shape = rise(rate, peak_rate, rising) if rising else shape_of(spec.shape)
    accounts = _accounts(spec)
    for number in count():
        at_s = _moment(shape, (number + dice.random()) / max(rate, peak_rate))
        if kind is JourneyKind.HISTORY_COMPANY:
            at_s = _with_the_others(at_s)
        journey = draw(kind, dice, accounts[number % len(accounts)], number)
        if at_s >= spec.seconds:
            return
        yield Arrival(at_s, journey)


def _moment(shape: Shape, effort_s: float) -> float:
    return round(shape.time_of(effort_s), 6)


def _with_the_others(at_s: float) -> float:
    """Screens refresh themselves at the same time, within `REFRESH_WITHIN_S` of each `REFRESH_EVERY_S`."""
    begun_s = at_s // REFRESH_EVERY_S * REFRESH_EVERY_S
    return round(begun_s + (at_s - begun_s) / REFRESH_EVERY_S * REFRESH_WITHIN_S, 6)


def _accounts(spec: LoadSpec) -> list[int]:
    accounts = list(range(1, spec.accounts + 1))
    Random(f"{spec.seed}/accounts").shuffle(accounts)
    return accounts
