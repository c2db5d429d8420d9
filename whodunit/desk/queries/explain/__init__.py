"""PromQL from the inside out, with this run's numbers."""
