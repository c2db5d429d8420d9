"""What the shop promises, and what alerts when it does not: `objectives.yaml`."""
