"""The volume of order's receipts: how full it is, what fails, and who writes there."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from dashboards.page import Section, page
from dashboards.panels import log_lines
from whodunit.panels import volume as panels
from whodunit.panels.boards import VOLUME

LOGS = log_lines(
    "What the backup and order say",
    "Each run of the backup says by which schedule it began, and what it wrote; order says which receipts "
    "it could not write. Open a line: its trace id leads to what happened around it.",
    '{service_name=~"order|order-backup"} != "Order completed."',
)


def volume() -> Dashboard:
    """Room for files, and those who use it."""
    return page(
        "volume",
        VOLUME.title,
        VOLUME.description,
        Section("Symptom: what fails", [(panels.RECEIPT_FAILURES,)]),
        Section("Where: how full it is", [(panels.UTILIZATION, panels.ROOM)]),
        Section("Why: who writes there", [(LOGS,)]),
    )
