"""Query languages, learnt on this shop's telemetry."""
