"""Panels put together as pages: Grafana's dashboards have the same ones, and in the same order (a test compares)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whodunit.panels import browsers, checkout, login, service, volume
from whodunit.panels.panel import Panel


@dataclass(frozen=True)
class Section:
    """A question, and the panels that answer it."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Board:
    """A page of panels; `is_of_service`: about one service, which is chosen."""

    title: str
    description: str
    sections: Sequence[Section]
    is_of_service: bool = False

    @property
    def panels(self) -> list[Panel]:
        """All of them, in order."""
        return [panel for section in self.sections for panel in section.panels]


NAMES = ("checkout", "login", "service", "volume", "browsers")
"""The boards, each by the uid of its dashboard."""

CHECKOUT = Board(
    "Checkout",
    "A customer pays and waits. Top down: what the customer feels, which part of the way takes the time, and what that "
    "part is doing meanwhile.",
    [
        Section(
            "Symptom: what the customer feels",
            [checkout.ORDERS, checkout.WAITING_ORDERS, checkout.ANSWER, checkout.TO_THE_END],
        ),
        Section(
            "Where: which part of the way",
            [checkout.CALL_TIMES, checkout.FAILING_CALLS, checkout.PAYMENT_TIME, checkout.PAYMENTS, checkout.RETRIES],
        ),
        Section("Why: what that part is doing", [checkout.CONNECTION_WAIT, checkout.CONNECTIONS]),
    ],
)

LOGIN = Board(
    "Login",
    "A customer logs in. Top down: what the customer feels, which part of the way takes the time, and what that "
    "part is doing meanwhile.",
    [
        Section("Symptom: what the customer feels", [login.LOGINS, login.STATUS, login.LOGIN_TIME]),
        Section(
            "Where: which part of the way",
            [login.CALL_TIMES, login.FAILING_CALLS, login.CREDENTIALS, login.TOKENS, login.TOKEN_TIME],
        ),
        Section("Why: what that part is doing", [login.CONNECTION_WAIT, login.CONNECTIONS]),
    ],
)

VOLUME = Board(
    "Volume",
    "Order writes a receipt for each order to a volume, and its backup writes there, too. No order is completed "
    "without its receipt: how much room is left, what fails, and whose work grew?",
    [
        Section("Symptom: what fails", [volume.RECEIPT_FAILURES]),
        Section("Where: how full it is", [volume.UTILIZATION, volume.ROOM]),
    ],
)


BROWSERS = Board(
    "Pages and browsers",
    "What somebody with a browser waits for, as their pages tell it. It has data while somebody looks at the shop with "
    "a browser: a person, or a visitor of the load generator, whose own browser is watched below.",
    [
        Section(
            "Symptom: what somebody with a browser feels", [browsers.LARGEST_PAINT, browsers.REACTION, browsers.SHIFT]
        ),
        Section("Where: which part of a page's time", [browsers.FIRST_BYTE, browsers.FIRST_PAINT, browsers.LOAD]),
        Section("Why: who looks, and with what", [browsers.VIEWS, browsers.VISITS, browsers.RUNNING, browsers.MEMORY]),
    ],
)


def boards(chosen: str) -> Mapping[str, Board]:
    """All boards by name; the one about a service is about the chosen one."""
    return dict(zip(NAMES, (CHECKOUT, LOGIN, of_service(chosen), VOLUME, BROWSERS), strict=True))


def of_service(name: str) -> Board:
    """The board about one service."""
    return Board(
        "Service",
        "One service, chosen above: its requests, how well it answers, the peers it waits for, the resources it uses. "
        "The external gateway behind payment exports nothing; it is seen by payment's calls.",
        [
            Section(
                "Requests, answers and growth",
                [service.requests(name), service.answer_times(name), service.memory(name)],
            ),
            Section(
                "Peers and connections that it waits for",
                [
                    service.peer_times(name),
                    service.peer_answers(name),
                    service.connections(name),
                    service.connection_times(name),
                ],
            ),
            Section("Resources and log lines", [service.event_loop(name), service.processor(name)]),
        ],
        is_of_service=True,
    )
