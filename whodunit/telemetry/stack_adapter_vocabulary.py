"""OpenTelemetry's names that the shop uses, so that what the stack's programs have renamed can be named back.

Prometheus and Loki write `shop_order_id` for `shop.order.id`, and nothing in them tells which underscore was a dot.
`docs/telemetry.yaml` declares our own names; a test compares.
"""

from types import MappingProxyType

from whodunit.telemetry.prometheus_names import Kind

METRICS: MappingProxyType[str, tuple[str, Kind]] = MappingProxyType(
    {
        "cpython.gc.collections": ("{collection}", "counter"),
        "db.client.connection.count": ("{connection}", "updowncounter"),
        "db.client.connection.max": ("{connection}", "updowncounter"),
        "db.client.connection.pending_requests": ("{request}", "updowncounter"),
        "db.client.connection.timeouts": ("{timeout}", "counter"),
        "db.client.connection.use_time": ("s", "histogram"),
        "db.client.connection.wait_time": ("s", "histogram"),
        "http.client.request.duration": ("s", "histogram"),
        "http.server.request.duration": ("s", "histogram"),
        "process.cpu.time": ("s", "counter"),
        "process.cpu.utilization": ("1", "gauge"),
        "process.memory.usage": ("By", "updowncounter"),
        "process.thread.count": ("{thread}", "updowncounter"),
        "shop.event_loop.lag": ("s", "histogram"),
        "shop.inventory.reservations": ("{reservation}", "counter"),
        "shop.login.duration": ("s", "histogram"),
        "shop.login.results": ("{login}", "counter"),
        "shop.order.duration": ("s", "histogram"),
        "shop.order.in_processing": ("{order}", "gauge"),
        "shop.order.payment_timeouts": ("{timeout}", "counter"),
        "shop.order.results": ("{order}", "counter"),
        "shop.order.stuck": ("{order}", "gauge"),
        "shop.outbound.duration": ("s", "histogram"),
        "shop.payment.duration": ("s", "histogram"),
        "shop.payment.results": ("{payment}", "counter"),
        "shop.payment.retries": ("{retry}", "counter"),
        "shop.payment.timeouts": ("{timeout}", "counter"),
        "shop.recommendation.cache.requests": ("{request}", "counter"),
        "shop.recommendation.cache.size": ("{item}", "gauge"),
        "shop.telemetry.dropped": ("{item}", "counter"),
        "shop.token.results": ("{token}", "counter"),
        "traces.span.metrics.calls": ("", "counter"),
        "traces.span.metrics.duration": ("s", "histogram"),
    }
)
"""Unit and instrument of each metric."""

ATTRIBUTES = (
    "code.file.path",
    "code.function.name",
    "code.line.number",
    "cpython.gc.generation",
    "db.client.connection.pool.name",
    "db.client.connection.state",
    "db.namespace",
    "db.operation.name",
    "db.system.name",
    "error.type",
    "exception.message",
    "exception.stacktrace",
    "exception.type",
    "generation",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "network.protocol.name",
    "network.protocol.version",
    "outcome",
    "reason",
    "result",
    "server.address",
    "server.port",
    "service.peer.name",
    "shop.inventory.late_by",
    "shop.order.id",
    "shop.order.number",
    "shop.order.reason",
    "shop.order.status",
    "shop.payment.id",
    "shop.product.id",
    "shop.recommendation.cache.hit",
    "shop.recommendation.cache.items",
    "shop.user.id",
    "signal",
    "span.kind",
    "span.name",
    "status.code",
    "type",
    "url.scheme",
    "where",
)
