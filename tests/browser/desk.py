"""The desk as the browser tests open it."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from tests.unit.desk.fake_lab import FakeLab
from tests.unit.desk.shop import STUCK, OneByOne, alerts, busy, languages, now
from tests.unit.desk.test_cases import RECORDED, SLOW, going_on
from whodunit.desk.app import create_app
from whodunit.desk.source import Source
from whodunit.telemetry.port import TelemetryError
from whodunit.telemetry.store.adapter import StoreTelemetry
from whodunit.telemetry.store.client import Rows


class Away:
    """A store that does not answer while it `is_away`."""

    def __init__(self) -> None:
        self._store = OneByOne(busy())
        self.is_away = False

    def sql(self, sql: str, parameters: Sequence[object] = ()) -> Rows:
        if self.is_away:
            raise TelemetryError("The store does not answer.")
        return self._store.sql(sql, parameters)


class Desk:
    """Its pages at `url`, over a store that can be taken away."""

    def __init__(self) -> None:
        self.store = Away()
        telemetry = StoreTelemetry(self.store, lambda: alerts(STUCK))
        lab = FakeLab()
        lab.run, lab.runs = going_on(SLOW), [RECORDED]
        self.app = create_app(Source(telemetry, lab.open, clock=now, languages=lambda: languages(self.store)))
        self.url = ""


def violations(page: Page, axe: str, **options: Any) -> dict[str, list[str]]:
    """What axe finds on a page: rules, each with the elements that break it."""
    page.evaluate(f"() => {{ {axe} }}")
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return {each["id"]: [node["html"][:160] for node in each["nodes"][:3]] for each in found}
