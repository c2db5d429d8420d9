"""Composes the parts that run a mystery."""

import time
from dataclasses import dataclass

from starlette.applications import Starlette

from whodunit.incident import catalogue
from whodunit.mystery.host import MysteryHost
from whodunit.mystery.parts import Parts
from whodunit.mystery.routes import routes
from whodunit.mystery.stage import Stage
from whodunit.mystery.surroundings import Surroundings
from whodunit.mystery.vault import Vault
from whodunit.refusals import HANDLERS


@dataclass(frozen=True)
class Opened:
    """The host, and its routes."""

    host: MysteryHost
    app: Starlette


def opened(parts: Parts) -> Opened:
    """The host and the routes for one lab."""
    around = Surroundings(
        mode=parts.mode,
        load=parts.load,
        vault=Vault(parts.home.mystery_dir),
        telemetry=parts.telemetry,
        ready=parts.ready,
        missing=parts.missing,
        forget=parts.forget,
        cases=catalogue.cases,
        clock=time.time,
    )
    host = MysteryHost(Stage(parts.board, parts.load, around.clock), around)
    return Opened(host, Starlette(routes=routes(host), exception_handlers=HANDLERS))
