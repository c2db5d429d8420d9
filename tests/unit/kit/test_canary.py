"""A second instance beside the first: when it is wanted, and how the two share what is asked."""

from queue import Queue

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kit.canary import CANARY, Balanced, Companion
from kit.release import NEXT_RELEASE, Release
from kit.variants import OFF, FixedVariants

pytestmark = pytest.mark.anyio

WITHIN_S = 5.0


class Wanted(Companion):
    """Starts nothing; says each time whether it is wanted."""

    def __init__(self) -> None:
        super().__init__("nowhere")
        self.said = Queue[bool]()
        self.last = False

    @property
    def runs(self) -> bool:
        return self.last

    def keep(self, wanted: bool) -> None:
        if wanted is not self.last:
            self.last = wanted
            self.said.put(wanted)

    def close(self) -> None:
        self.keep(wanted=False)


def test_a_canary_is_kept_until_it_is_drained_or_the_first_instance_ends() -> None:
    variants, companion = FixedVariants(token_deployment=CANARY), Wanted()
    first = Release("token", variants, companion)
    first.watch(lambda: None)
    assert companion.said.get(timeout=WITHIN_S)
    variants.values["token-drain"] = "on"
    assert not companion.said.get(timeout=WITHIN_S)
    variants.values["token-drain"] = OFF
    assert companion.said.get(timeout=WITHIN_S)
    first.close()
    assert not companion.said.get(timeout=WITHIN_S)
    assert first.ending == ""


def test_the_next_release_is_the_canary_alone_until_it_is_rolled_back() -> None:
    variants = FixedVariants(token_deployment=CANARY)
    first, second = Release("token", variants, Wanted()), Release("token", variants)
    assert (first.variants.value("token-deployment"), second.variants.value("token-deployment")) == (OFF, CANARY)
    assert second.version == NEXT_RELEASE != first.version
    variants.values["token-rollback"] = "on"
    assert Release("token", variants).version == first.version


def test_what_is_deployed_to_all_is_the_first_instances_too() -> None:
    assert Release("token", FixedVariants(token_deployment="leaks"), Wanted()).version == NEXT_RELEASE


@pytest.mark.parametrize("shares", [True, False])
async def test_a_connection_is_closed_after_each_answer_while_the_port_is_shared(*, shares: bool) -> None:
    async def answer(_: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Balanced(Starlette(routes=[Route("/", answer)]), lambda: shares)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        answered = await client.get("/")
    assert (answered.text, "connection" in answered.headers) == ("hello", shares)
