"""A learner's Collector between a sender of known telemetry and two backends of the check's own."""
