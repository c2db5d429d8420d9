"""Pages as browsers show them, and the browser with which the load generator looks at them."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.page import Section, page
from dashboards.panels import log_lines
from whodunit.panels import browsers as panels
from whodunit.panels.boards import BROWSERS

LOGS = log_lines(
    "What the load generator says",
    "When load begins and ends, and each visit that fails for want of a browser, with its traceback.",
    '{service_name="load-generator"}',
)


def browsers() -> Dashboard:
    """What somebody with a browser waits for, and who looks."""
    return page(
        "browsers",
        BROWSERS.title,
        BROWSERS.description,
        Section("Symptom: what somebody with a browser feels", [(panels.LARGEST_PAINT, panels.REACTION, panels.SHIFT)]),
        Section("Where: which part of a page's time", [(panels.FIRST_BYTE, panels.FIRST_PAINT, panels.LOAD)]),
        Section(
            "Why: who looks, and with what", [(panels.VIEWS, panels.VISITS), (panels.RUNNING, panels.MEMORY), (LOGS,)]
        ),
    )
