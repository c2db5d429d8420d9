"""Pages: calls about alerts that fire, from the call to the acknowledgement and the end; kept in a file."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from whodunit.errors import LabError, WrongUseError
from whodunit.home import Home

logger = logging.getLogger("whodunit.pager")

MOST_KEPT = 200
SAME_WITHIN = timedelta(seconds=60)
"""An alert that fires again so soon is the same trouble: nobody is woken twice."""

TEAMS = {
    "storefront": ("frontend", "product-catalog", "recommendation"),
    "checkout": ("order", "payment", "inventory"),
    "accounts": ("user", "database", "token"),
}
PLATFORM = "platform"
"""The team of everything else: telemetry, the machines, what stands before the shop."""

PAGE = "page"


class Fired(BaseModel):
    """An alert that fires, and who tells of it: the lab, which knows as well when it is over, or a webhook's caller."""

    name: str
    service: str
    severity: str
    summary: str = ""
    told_by: Literal["lab", "webhook"] = "lab"


class Page(BaseModel):
    """One call. `wakes` is the team whose on-call it wakes; a ticket wakes nobody."""

    id: str
    alert: Fired
    wakes: str | None
    called: datetime
    acknowledged: datetime | None = None
    ended: datetime | None = None


_KEPT = TypeAdapter(list[Page])


def woken(alert: Fired) -> str | None:
    """The team that is on call for the alert's service; None when it can wait for the morning."""
    if alert.severity != PAGE:
        return None
    return next((team for team, services in TEAMS.items() if alert.service in services), PLATFORM)


class Pager:
    """The pages of one state folder; a lab that starts again goes on with them."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._pages = _read(home.pages_file)

    def pages(self) -> Sequence[Page]:
        """Every page that is kept, oldest first."""
        return self._pages

    def fires(self, alert: Fired, now: datetime) -> None:
        """Call about an alert, unless that has been done; raises LabError when the disk refuses."""
        last = self._last(alert)
        if last and not last.ended:
            return
        if last and last.ended and now - last.ended < SAME_WITHIN:
            last.ended = None
        else:
            self._call(alert, now)
        self._keep()

    def ends(self, alert: Fired, now: datetime) -> None:
        """An alert fires no more; raises LabError when the disk refuses."""
        last = self._last(alert)
        if last and not last.ended:
            last.ended = now
            self._keep()

    def acknowledge(self, page_id: str | None, now: datetime) -> list[Page]:
        """Acknowledge a page, or every one that waits for it; raises WrongUseError when there is no such page."""
        waiting = [page for page in self._pages if not page.acknowledged and page_id in (None, page.id)]
        if not waiting:
            raise _nothing_to_acknowledge(page_id, self._pages)
        for page in waiting:
            page.acknowledged = now
        self._keep()
        return waiting

    def forget(self) -> None:
        """Delete every page: what they told of is gone; raises LabError when the disk refuses."""
        self._pages = []
        self._keep()

    def _call(self, alert: Fired, now: datetime) -> None:
        number = int(self._pages[-1].id) + 1 if self._pages else 1
        page = Page(id=str(number), alert=alert, wakes=woken(alert), called=now)
        self._pages = [*self._pages[1 - MOST_KEPT :], page]
        logger.warning("Page %s: %s; wakes %s", page.id, alert.name, page.wakes or "nobody")

    def _last(self, alert: Fired) -> Page | None:
        same = (page for page in reversed(self._pages) if _key(page.alert) == _key(alert))
        return next(same, None)

    def _keep(self) -> None:
        self._home.keep(self._home.pages_file, _KEPT.dump_json(self._pages, indent=1).decode())


def _key(alert: Fired) -> tuple[str, str]:
    return alert.name, alert.service


def _read(file: Path) -> list[Page]:
    try:
        return _KEPT.validate_json(file.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        logger.warning("the pages in %s cannot be read, and begin anew: %s", file, error)
        return []


def _nothing_to_acknowledge(page_id: str | None, pages: Sequence[Page]) -> LabError:
    if page_id is None:
        return WrongUseError("No page waits to be acknowledged.", "All of them: whodunit page")
    known = next((page for page in pages if page.id == page_id), None)
    if known:
        return WrongUseError(f"Page {page_id} has been acknowledged.", "All of them: whodunit page")
    return WrongUseError(f"There is no page {page_id}.", "All of them: whodunit page")
