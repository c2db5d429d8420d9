"""Panels about the volume that order keeps files on: how full it is, since when, and what fails for want of room."""

from whodunit.panels.limits import VOLUME_ALMOST_FULL
from whodunit.panels.lines import level, rate
from whodunit.panels.panel import Panel, Unit

STATE = "system.filesystem.state"

UTILIZATION = Panel(
    "Share of the volume that is used",
    "A step is a dump of the backup; a line that only rises says when the volume will be full, and an alert says so "
    "before. Above the dashed line somebody is called.",
    Unit.SHARE,
    [level("system.filesystem.utilization", "used", service="order")],
    limit=VOLUME_ALMOST_FULL,
)

ROOM = Panel(
    "Room on the volume",
    "Bytes that files take, and bytes that are left. Both together are its size.",
    Unit.BYTES,
    [level("system.filesystem.usage", f"{{{STATE}}}", STATE, service="order")],
    stacked=True,
)

RECEIPT_FAILURES = Panel(
    "Receipts that cannot be written",
    "Each is an order that is paid and not completed, by the operating system's reason: ENOSPC is a full volume. "
    "Orders left behind are tried again, and each try counts.",
    Unit.EVENTS,
    [rate("shop.order.receipt_failures", "{error.type}", "error.type")],
)
