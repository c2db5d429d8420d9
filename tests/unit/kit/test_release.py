"""A process belongs to one release: it ends when another one is deployed."""

from collections.abc import Callable
from threading import Event

from kit.changes import LOOK_EVERY_S
from kit.release import DEPLOYED, NEXT_RELEASE, RESTARTED, Release
from kit.variants import Choice, FixedVariants, Option

WITHIN_S = 5.0


class Telling(FixedVariants):
    """Does not have to be looked at."""

    tell: Callable[[], None]

    def is_static(self, flag: str) -> bool:
        return True

    def on_switch(self, listener: Callable[[], None]) -> None:
        self.tell = listener


def watched(variants: FixedVariants) -> tuple[Release, Event]:
    release, ended = Release("token", variants), Event()
    release.watch(ended.set)
    return release, ended


def test_the_release_that_is_deployed_at_the_start_runs_on() -> None:
    release, ended = watched(FixedVariants(token_deployment="innocent", payment_deployment="on"))
    release.close()
    assert release.version == NEXT_RELEASE
    assert not release.ending
    assert not ended.is_set()


def test_a_deployment_ends_the_process_and_so_does_its_rollback() -> None:
    variants = FixedVariants()
    usual, ended = watched(variants)
    variants.values["token-deployment"] = "innocent"
    assert ended.wait(WITHIN_S)
    assert usual.ending == f"{DEPLOYED}: {usual.version} → {NEXT_RELEASE}"
    following, ended = watched(variants)
    assert following.version == NEXT_RELEASE != usual.version
    variants.values["token-rollback"] = "on"
    assert ended.wait(WITHIN_S)
    assert Release("token", variants).version == usual.version


def test_another_variant_is_another_release() -> None:
    variants = FixedVariants(token_deployment="innocent")
    _, ended = watched(variants)
    variants.values["token-deployment"] = "leaks"
    assert ended.wait(WITHIN_S)


def test_what_a_release_breaks_is_broken_from_its_start_to_its_end() -> None:
    variants = FixedVariants()
    usual = Release("token", variants)
    variants.values["token-deployment"] = "leaks"
    following = Release("token", variants)
    variants.values["token-rollback"] = "on"

    def leaks(release: Release) -> bool:
        return Choice(release.variants, False, Option("token-deployment", "leaks", True))()

    assert [leaks(usual), leaks(following), leaks(Release("token", variants))] == [False, True, False]


def test_a_restart_ends_the_process_once() -> None:
    variants = FixedVariants(token_deployment="innocent")
    first, ended = watched(variants)
    variants.values["token-restart"] = "on"
    assert ended.wait(WITHIN_S)
    assert first.ending == RESTARTED
    second, ended = watched(variants)
    assert second.version == first.version
    assert not ended.wait(3 * LOOK_EVERY_S)
    variants.values["token-restart"] = "off"
    assert not ended.wait(3 * LOOK_EVERY_S)
    variants.values["token-restart"] = "on"
    assert ended.wait(WITHIN_S)


def test_a_deployment_that_is_told_need_not_be_looked_for() -> None:
    variants = Telling()
    _, ended = watched(variants)
    variants.values["token-deployment"] = "innocent"
    variants.tell()
    assert ended.wait(WITHIN_S)
