"""Histogram boundaries."""

SECONDS = (
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.6, 0.675, 0.75, 1.0, 1.5, 2.5, 5.0, 6.0, 7.5, 10.0, 12.0, 15.0, 20.0,
    30.0,
)  # fmt: skip
"""Resolve 5 ms to 30 s, with a boundary at every threshold that an objective or a check uses; finer below the objective
of 750 ms, else a p95 of 650 ms is read as 740; one at six tells a resolver's time-out of five seconds from a
client's of six."""

SHORT_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Resolve half a millisecond to 5 s: pool waits and the event loop's lag."""
