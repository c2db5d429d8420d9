"""A backend of the user's own: a copy of the shop's telemetry goes there, beside the local store."""
