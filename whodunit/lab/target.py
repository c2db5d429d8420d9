"""The target of a command: the shop of this state folder (lite), or a stack behind its one address.

`--target` and `WHODUNIT_TARGET` say which. Without them: the shop of this folder when it runs, else the stack at
`WHODUNIT_URL`, else one that answers at the usual port of this machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import httpx

from whodunit.alerts.schemas import read_alerts
from whodunit.errors import LabError
from whodunit.home import Home
from whodunit.lab.answers import LabStatus, embedded_store
from whodunit.lab.client import LabClient, no_stack
from whodunit.lab.wanted import WANTED, Kind
from whodunit.telemetry.port import Telemetry

if TYPE_CHECKING:
    from whodunit.lab.settings import EntrySettings
    from whodunit.telemetry.languages import Languages

ANSWER_WITHIN_S = 2.0


class Target(Protocol):
    """A shop that runs, or is said to run."""

    @property
    def kind(self) -> Kind:
        """Lite or stack."""
        ...

    @property
    def links(self) -> Mapping[str, str]:
        """Pages that a person can open, by name; `shop` is always there. Raises LabError."""
        ...

    @property
    def shop_url(self) -> str:
        """The address of the shop, as seen from here. Raises LabError."""
        ...

    @property
    def store_url(self) -> str | None:
        """The address of its store, None without one. Raises LabError."""
        ...

    def lab(self) -> LabClient:
        """Its lab; raises LabError when it does not run."""
        ...

    def telemetry(self) -> Telemetry:
        """Its telemetry; raises LabError when it does not run."""
        ...

    def languages(self) -> "Languages":
        """The languages in which its telemetry can be asked; raises LabError when it does not run."""
        ...


@dataclass(frozen=True)
class LiteTarget:
    """The shop that runs as processes in a state folder."""

    home: Home
    kind: Kind = Kind.LITE

    @property
    def links(self) -> Mapping[str, str]:
        return {"shop": self.shop_url}

    @property
    def shop_url(self) -> str:
        with self.lab() as lab:
            services = lab.status()["services"]
        return next(str(each["url"]) for each in services if each["name"] == "frontend")

    def lab(self) -> LabClient:
        return LabClient.connect(self.home)

    def telemetry(self) -> Telemetry:
        from whodunit.telemetry.store.adapter import StoreTelemetry  # noqa: PLC0415  one adapter is enough

        return StoreTelemetry.at(self.store_url, lambda: read_alerts(self._alerts))

    def languages(self) -> "Languages":
        from whodunit.telemetry.languages import of_store  # noqa: PLC0415  as above

        return of_store(self.store_url)

    def _alerts(self) -> dict[str, Any]:
        with self.lab() as lab:
            return lab.alerts()

    @property
    def store_url(self) -> str:
        with self.lab() as lab:
            return embedded_store(lab.status())["url"]


@dataclass(frozen=True)
class StackTarget:
    """The stack behind one address."""

    settings: "EntrySettings"
    kind: Kind = Kind.STACK

    @property
    def links(self) -> Mapping[str, str]:
        """The pages as people open them; the lab's own container uses other addresses."""
        links: dict[str, str] = self._status()["links"]
        return links

    @property
    def shop_url(self) -> str:
        return self.settings.entry_url

    def lab(self) -> LabClient:
        client = LabClient.through(self.settings.entry_url, self.settings.secret)
        if not self.answers():
            client.close()
            raise no_stack(self.settings.entry_url)
        return client

    def telemetry(self) -> Telemetry:
        from whodunit.telemetry.composition import of_stack  # noqa: PLC0415  one adapter is enough

        status = self._status()
        return of_stack(self.settings.entry_url, status["links"]["shop"], in_store=status["store"] is not None)

    def languages(self) -> "Languages":
        from whodunit.telemetry.languages import of_stack  # noqa: PLC0415  as above

        return of_stack(self.settings.entry_url, self.store_url)

    @property
    def store_url(self) -> str | None:
        """The store behind the entry; None when Loki keeps the log records."""
        from whodunit.telemetry.composition import STORE_PATH  # noqa: PLC0415  one adapter is enough

        return self.settings.entry_url + STORE_PATH if self._status()["store"] else None

    def _status(self) -> LabStatus:
        with self.lab() as lab:
            return lab.status()

    def answers(self) -> bool:
        """True if a stack's lab answers at the address; another program's answer does not count."""
        try:
            url = f"{self.settings.entry_url}/lab/healthz"
            return bool(httpx.get(url, timeout=ANSWER_WITHIN_S, trust_env=False).json()["mode"] == Kind.STACK)
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return False


def find() -> Target:
    """The target that the command line or `WHODUNIT_URL` names, or the one that runs; lite when neither does.

    A target that does not run raises LabError at the first use.
    """
    lite, wanted = LiteTarget(Home.locate()), WANTED.get()
    if wanted is Kind.LITE or (wanted is None and _runs(lite)):
        return lite
    from whodunit.lab import settings as entry_settings  # noqa: PLC0415  a third of the time that a command takes to begin

    stack = StackTarget(entry_settings.read())
    is_named = wanted is Kind.STACK or stack.settings.url is not None
    return stack if is_named or stack.answers() else lite


def _runs(lite: LiteTarget) -> bool:
    try:
        lite.lab().close()
    except LabError:
        return False
    return True
