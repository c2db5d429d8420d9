"""A service whose event loop one request holds up for good."""

from contextlib import nullcontext

from fastapi import APIRouter, FastAPI

from kit.platform import Platform
from kit.server import serve
from kit.service import build
from kit.settings import ServiceSettings


def create_app(_: ServiceSettings, platform: Platform) -> FastAPI:
    """Answers `/well`; `/held-up` never returns, and nobody is answered after it."""
    router = APIRouter()

    @router.get("/well")
    async def well() -> None:
        pass

    @router.get("/held-up")
    async def held_up() -> None:
        while True:
            pass

    return build("payment", platform, router, lifespan=lambda _: nullcontext())


if __name__ == "__main__":
    serve("payment", create_app, ServiceSettings)
