"""The leader's lab over HTTP, where something else is at its address."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.unit.classroom.fakes import FakeMystery
from tests.unit.loadgen.serving import serve
from whodunit.classroom.attending import Attending
from whodunit.classroom.folder import Folder
from whodunit.classroom.leader import HttpLeader
from whodunit.classroom.schemas import Entering, Joining, Whereabouts
from whodunit.errors import LabError
from whodunit.home import Home

pytestmark = [pytest.mark.anyio, pytest.mark.process]


class Counted(HttpLeader):
    """Tells how many of them were not closed."""

    living = 0

    def __init__(self, address: str) -> None:
        super().__init__(address)
        Counted.living += 1

    async def close(self) -> None:
        Counted.living -= 1
        await super().close()


async def _answers(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def test_another_program_at_the_address_is_told_of_and_not_the_student_s_form(tmp_path: Path) -> None:
    paths = [Route(path, _answers, methods=["POST"]) for path in ("/join", "/here")]
    with serve(Starlette(routes=paths)) as address:
        attending = Attending(Folder(Home(tmp_path)), FakeMystery(), Counted)
        with pytest.raises(LabError, match=f"What answers at {address} is no class") as refused:
            await attending.join(Entering(address=address, code="code", name="Ada"))
        assert "The leader's page shows the address" in refused.value.hint
        assert Counted.living == 0
        leader = HttpLeader(address)
        with pytest.raises(LabError, match="is no class"):
            await leader.here("of Ada", Whereabouts())
        await leader.close()


async def test_where_nothing_answers_the_address_is_asked_about() -> None:
    leader = HttpLeader("http://127.0.0.1:1")
    with pytest.raises(LabError, match="No class answers at"):
        await leader.join(Joining(code="code", name="Ada"))
    await leader.close()
