"""The uptime check of a lite shop: asks it from outside, as on the stack the Collector's `http_check` receiver does."""
