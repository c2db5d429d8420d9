"""Exercises: applications without telemetry, or with a mistake in it, for a learner to mend and a machine to check."""
