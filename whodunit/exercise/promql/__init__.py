"""Prometheus' rules evaluated on recorded samples: as much of PromQL as an alert needs.

`tests/stack/test_exercise_promql.py` holds it against Prometheus' own engine.
"""
