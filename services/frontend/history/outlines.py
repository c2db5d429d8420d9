"""What a customer's page asks for: its parts, and whether they are asked for together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kit.regions import COMPANIES, offices_of

FIGURES = ("month", "site", "department", "channel", "status", "payment")
"""What a company's page shows of its head office; of its other offices, and to people, it shows the months."""

SITES = range(8)


@dataclass(frozen=True)
class Part:
    """One question: lines kept in the region `home` by some figures, those of one site alone unless it is None."""

    home: str
    figures: tuple[str, ...]
    site: int | None = None


@dataclass(frozen=True)
class Outline:
    """The parts of a customer's page, asked for one after the other, or `together`."""

    parts: Callable[[int], Sequence[Part]]
    together: bool = False


def _figure_by_figure(customer_id: int) -> list[Part]:
    head, *branches = offices_of(customer_id)
    figures = FIGURES if customer_id in COMPANIES else FIGURES[:1]
    return [*(Part(head, (figure,)) for figure in figures), *_months(branches)]


def _site_by_site(customer_id: int) -> list[Part]:
    if customer_id not in COMPANIES:
        return _figure_by_figure(customer_id)
    head, *branches = offices_of(customer_id)
    return [*(Part(head, (figure,), site) for figure in FIGURES for site in SITES), *_months(branches)]


def _office_by_office(customer_id: int) -> list[Part]:
    head, *branches = offices_of(customer_id)
    return [Part(head, FIGURES if customer_id in COMPANIES else FIGURES[:1]), *_months(branches)]


def _months(offices: Sequence[str]) -> list[Part]:
    return [Part(office, FIGURES[:1]) for office in offices]


BY_FIGURE = Outline(_figure_by_figure)
BY_SITE = Outline(_site_by_site)
BATCHED = Outline(_office_by_office, together=True)
