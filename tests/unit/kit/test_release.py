"""A process belongs to one release: it ends when another one is deployed."""

from collections.abc import Callable
from threading import Event

from kit.release import Release, only_one
from kit.variants import FixedVariants
from services.payment.app import NEXT_RELEASE, releases

WITHIN_S = 5.0


class Telling(FixedVariants):
    """Does not have to be looked at."""

    tell: Callable[[], None]

    def is_static(self, flag: str) -> bool:
        return True

    def on_switch(self, listener: Callable[[], None]) -> None:
        self.tell = listener


def test_the_release_that_is_deployed_at_the_start_runs_on() -> None:
    ended = Event()
    release = Release(only_one(FixedVariants()))
    release.watch(ended.set)
    release.close()
    assert not release.replaced
    assert not ended.is_set()


def test_a_deployment_ends_the_process_and_so_does_its_rollback() -> None:
    variants = FixedVariants()
    usual, ended = Release(releases(variants)), Event()
    usual.watch(ended.set)
    variants.values["payment-deployment"] = "on"
    assert ended.wait(WITHIN_S)
    assert usual.replaced
    following, ended = Release(releases(variants)), Event()
    assert following.version == NEXT_RELEASE != usual.version
    following.watch(ended.set)
    variants.values["payment-rollback"] = "on"
    assert ended.wait(WITHIN_S)
    assert Release(releases(variants)).version == usual.version


def test_a_deployment_that_is_told_need_not_be_looked_for() -> None:
    variants, ended = Telling(), Event()
    release = Release(releases(variants))
    release.watch(ended.set)
    variants.values["payment-deployment"] = "on"
    variants.tell()
    assert ended.wait(WITHIN_S)
    assert release.replaced
