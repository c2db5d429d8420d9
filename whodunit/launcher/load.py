"""The load generator as the lab sees it."""

from importlib import import_module
from typing import Any, cast

from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.launcher.api import Load


class _NoLoad:
    def start(self, _spec: dict[str, Any]) -> None:
        raise LabError("There is no load generator.", "Reinstall whodunit.")

    def stop(self) -> None:
        return

    def state(self) -> None:
        return


def load_runner(home: Home, frontend_url: str, store_url: str) -> Load:
    try:
        module = import_module("whodunit.load.runner")
    except ModuleNotFoundError:
        return _NoLoad()
    return cast("Load", module.LoadRunner(home, frontend_url, store_url))
