"""One run: composes the parts and runs them until the time is over or the run is stopped."""

import logging
from contextlib import AbstractContextManager, ExitStack, nullcontext

import gevent
from gevent.event import Event
from gevent.pool import Pool
from locust.env import Environment

from loadgen import lifeline, telemetry
from loadgen.chromium import executable
from loadgen.openloop import let_in
from loadgen.people import populate, thinking
from loadgen.plan import arrivals
from loadgen.report import Report
from loadgen.settings import Settings
from loadgen.spec import LoadSpec
from loadgen.stats import Stats
from loadgen.tracing import Tracing
from loadgen.visits import Shopper
from loadgen.watching import OrderWatch
from loadgen.web import Web, address

FLUSH_S = 2.0

logger = logging.getLogger(telemetry.LOGGER)


class Run:
    """One run, from the first arrival to the written result."""

    def __init__(self, settings: Settings, spec: LoadSpec) -> None:
        self._settings = settings
        self._spec = spec
        self._stats = Stats(warm_up_s=spec.warm_up_s)
        self._environment = Environment()
        self._environment.events.request.add_listener(self._stats.request)
        self._telemetry = telemetry.start(
            settings.telemetry_protocol if settings.telemetry_url else None, metered=bool(spec.browsers)
        )
        self._tracing = Tracing(self._telemetry.tracers, settings.target, *address(settings.target))
        self._visitors = Pool(spec.max_in_flight)
        self._stop = Event()

    def run(self) -> None:
        """Run until the time is over or a stop is requested; then write the result."""
        lifeline.stop_on_signals(self._stop)
        lifeline.stop_with_parent(self._stop)
        report, over = Report(self._settings.folder, self._spec, self._stats), Event()
        writing = gevent.spawn(report.keep_current, over)
        logger.info("Load begins.")
        with ExitStack() as ends:
            ends.callback(lambda: report.finish("stopped" if self._stop.is_set() else "ended"))
            ends.callback(self._send_the_rest)
            ends.callback(writing.join)
            ends.callback(over.set)
            ends.callback(logger.info, "Load ends.")
            self._load()
            self._drain()

    def _send_the_rest(self) -> None:
        with gevent.Timeout(FLUSH_S, False):
            self._telemetry.close()

    def _load(self) -> None:
        with self._surfers():
            self._let_shoppers_in()

    def _surfers(self) -> AbstractContextManager[None]:
        path = executable()
        if path is None or not self._spec.browsers:
            return nullcontext()
        # Playwright and asyncio cost memory that a load without browsers does without.
        from loadgen.browser_fares import BrowserFares  # noqa: PLC0415
        from loadgen.surfing import surfers  # noqa: PLC0415

        fares = BrowserFares(self._telemetry.meters.get_meter(telemetry.LOGGER))
        return surfers(self._spec, path, self._settings.target, self._tracing, self._stats, fares)

    def _let_shoppers_in(self) -> None:
        shopper = self._shopper()
        if self._spec.arrival == "open":
            let_in(arrivals(self._spec), shopper.make, self._visitors, self._stats, self._stop)
        else:
            shopper.pause = thinking(self._spec)
            populate(self._environment, self._spec, shopper.make, self._stats, self._stop)

    def _drain(self) -> None:
        """Let visitors in the shop finish; when stopped, end their visits at once."""
        left_s = self._settings.drain_s
        while len(self._visitors) and left_s > 0 and not self._stop.wait(0.1):
            left_s -= 0.1
            self._stats.in_flight = len(self._visitors)
        self._visitors.kill()
        self._stats.in_flight = 0

    def _shopper(self) -> Shopper:
        web = Web(
            self._environment,
            self._settings.target,
            connections=self._spec.max_in_flight,
            timeout_s=self._settings.request_timeout_s,
        )
        watch = OrderWatch(web, self._tracing, self._stats, gevent.sleep)
        return Shopper(web, self._tracing, self._stats, watch)
