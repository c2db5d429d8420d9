"""A learner's alerts, watched on recorded runs as Prometheus would have evaluated them."""
