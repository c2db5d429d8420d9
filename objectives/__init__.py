"""The shop's objectives, and the alerts for when it misses them: `objectives.yaml`."""
