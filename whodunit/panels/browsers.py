"""Panels about pages as browsers show them, and about the browser with which the load generator looks at them.

Pages are judged as the web's own vitals are: by what three of four views stay below.
"""

from whodunit.panels.lines import level, percentile, rate
from whodunit.panels.panel import Line, Panel, Unit

PAGE = "shop.page"
OF_FOUR = 75.0
OUTCOME = "shop.outcome"
GENERATOR = "load-generator"


def _by_page(vital: str) -> list[Line]:
    return [percentile(OF_FOUR, f"{PAGE}.{vital}", f"{{{PAGE}}}", PAGE)]


LARGEST_PAINT = Panel(
    "Time until a page shows what it is about",
    "From asking for a page until its largest part is there, in three of four views (LCP). Up to 2.5 s is taken for "
    "good.",
    Unit.SECONDS,
    _by_page("largest_contentful_paint"),
    limit=2.5,
)

REACTION = Panel(
    "Time until a page reacts",
    "From a click or a key until the page shows that it was noticed, in three of four views (INP). Up to 0.2 s is "
    "taken for good.",
    Unit.SECONDS,
    _by_page("interaction_to_next_paint"),
    limit=0.2,
)

SHIFT = Panel(
    "How far a page moves",
    "How far what a page shows moves while somebody looks at it, in three of four views (CLS). Up to 0.1 is taken for "
    "good.",
    Unit.THINGS,
    _by_page("cumulative_layout_shift"),
    limit=0.1,
)

FIRST_BYTE = Panel(
    "Time until the first byte",
    "How long the shop takes to begin its answer, as browsers see it, in three of four views (TTFB). What a page takes "
    "beyond it is spent in the browser.",
    Unit.SECONDS,
    _by_page("time_to_first_byte"),
)

FIRST_PAINT = Panel(
    "Time until a page shows anything",
    "From asking for a page until anything can be seen, in three of four views (FCP).",
    Unit.SECONDS,
    _by_page("first_contentful_paint"),
)

LOAD = Panel(
    "Time until a page is loaded",
    "From asking for a page until all of it is there, pictures and scripts as well, in three of four views.",
    Unit.SECONDS,
    _by_page("load"),
)

VIEWS = Panel(
    "Pages that are looked at",
    "Views of each page, told when it is left. Where it ends, nobody looks with a browser any more, or pages cannot "
    "tell.",
    Unit.EVENTS,
    [rate("shop.page.load", f"{{{PAGE}}}", PAGE)],
)

VISITS = Panel(
    "Visits of the load generator's browser",
    "Visits that end well, visits that fail, and browsers that end though nobody has closed them. After such an end "
    "every visit fails, whatever the shop answers.",
    Unit.EVENTS,
    [
        rate("shop.browser.visits", f"{{{OUTCOME}}}", OUTCOME, service=GENERATOR),
        rate("shop.browser.deaths", "browser that died", service=GENERATOR),
    ],
)

RUNNING = Panel(
    "Browsers that run",
    "The load generator has one browser for all its visitors, and opens no second one: 0 stays 0 until the load is "
    "started again.",
    Unit.THINGS,
    [level("shop.browser.alive", "running", service=GENERATOR)],
)

MEMORY = Panel(
    "Memory of the load generator's browser",
    "What all its processes use together, and what they may use. Above that it is ended.",
    Unit.BYTES,
    [
        level("shop.browser.memory.usage", "used", service=GENERATOR),
        level("shop.browser.memory.max", "at most", service=GENERATOR),
    ],
)
