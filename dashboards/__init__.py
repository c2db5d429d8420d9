"""Grafana's dashboards, written in Python: `python -m dashboards` makes grafana/dashboards/*.json from them.

Each module is one dashboard, read from top to bottom as one looks: symptom, where, why.
"""
