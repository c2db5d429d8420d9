"""Where a threshold stands: what objectives/objectives.yaml promises (a test compares)."""

LATENCY_S = 0.75
"""95 % of checkouts, logins and catalogue pages are answered within this."""

AVAILABILITY = 0.9999
"""This share of checkouts and logins ends well."""

BURN_RATE = 10.0
"""Below this multiple of what is allowed nobody is called; for some promises it is a little higher."""
