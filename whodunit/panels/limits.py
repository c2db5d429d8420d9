"""Thresholds of panels: the promises of objectives/objectives.yaml (a test compares)."""

LATENCY_S = 0.75
"""95 % of checkouts, logins and catalogue pages are answered within this."""

AVAILABILITY = 0.9999
"""This share of checkouts and logins ends well."""

VOLUME_ALMOST_FULL = 0.95
"""A volume that is used to this share has somebody called."""

BURN_RATE = 10.0
"""Below this multiple of what is allowed no alert fires; for some promises it is a little higher."""
