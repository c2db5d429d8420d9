"""What happens beside the trouble, by the seed alone."""

from collections import Counter
from pathlib import Path

import pytest

from tests.unit.mystery.test_surfaces import CASES, FACES, Playing
from whodunit.faults.catalogue import read
from whodunit.load.spec import LoadSpec
from whodunit.mystery.cases import truth_of
from whodunit.mystery.choice import HEALTHY_S, choose
from whodunit.mystery.decoys import Decoy, Kind, decoy_of
from whodunit.mystery.page import page
from whodunit.mystery.plan import noted
from whodunit.mystery.schemas import Wanted

pytestmark = pytest.mark.anyio

SEEDS = range(2000)
FACE = "checkout-hangs"


def seed_with(kind: Kind) -> int:
    """A seed of the face with a decoy of that kind."""

    def fits(seed: int) -> bool:
        decoy = decoy_of(CASES, FACE, seed)
        return bool(decoy and decoy.kind is kind) and choose(CASES, seed, None, 6.0).case.slug == FACE

    return next(seed for seed in range(100_000) if fits(seed))


def test_a_quarter_of_the_seeds_has_one_and_every_kind_comes_up() -> None:
    decoys = [decoy_of(CASES, FACE, seed) for seed in SEEDS]
    kinds = Counter(decoy.kind for decoy in decoys if decoy)
    assert 0.2 < kinds.total() / len(decoys) < 0.3
    assert set(kinds) == set(Kind)


@pytest.mark.parametrize("face", FACES)
def test_none_touches_what_may_be_wrong_behind_the_complaint(face: str) -> None:
    decoys = [decoy for seed in SEEDS if (decoy := decoy_of(CASES, face, seed))]
    assert {decoy.kind for decoy in decoys} == set(Kind)
    components = {truth_of(case).component for case, _ in FACES[face]}
    for decoy in decoys:
        assert not [name for name in components if name and name in decoy.about]
        if decoy.switch:
            assert decoy.switch.variant in read().flags[decoy.switch.flag].variants


def test_it_does_not_depend_on_the_cause() -> None:
    with_decoys = {choose(CASES, seed, None, 6.0).case.name for seed in SEEDS if decoy_of(CASES, FACE, seed)}
    assert {case.name for found in FACES.values() for case, _ in found} <= with_decoys


@pytest.mark.parametrize("kind", Kind)
async def test_it_is_staged_near_the_onset_or_was_there_all_along(kind: Kind, tmp_path: Path) -> None:
    playing = Playing(tmp_path)
    await playing.host.start(Wanted(seed=seed_with(kind), minutes=6))
    plan, spec = playing.host._running.diary.plan, playing.load.spec or {}
    decoy: Decoy | None = plan.decoy
    assert decoy
    assert noted(playing.host._running.diary.model_dump_json()) == playing.host._running.diary
    load = LoadSpec.model_validate(spec)
    assert (load.campaign is not None) == (kind is Kind.CAMPAIGN)
    assert (decoy.switch is None) == (kind is Kind.CAMPAIGN)
    if kind is Kind.WARNING:
        assert plan.decoy_s == int(plan.staged_s)
    else:
        assert abs(plan.decoy_s - plan.onset_s) <= 20
        assert plan.started_s + HEALTHY_S - 1 <= plan.decoy_s <= plan.latest_onset_s


async def test_the_verdict_names_it(tmp_path: Path) -> None:
    playing = Playing(tmp_path)
    await playing.host.start(Wanted(seed=seed_with(Kind.WARNING), minutes=6))
    told = await playing.host.reveal()
    assert "warned of its certificate all along" in told["beside"]["about"]
    assert told["beside"]["about"] in page(told)
