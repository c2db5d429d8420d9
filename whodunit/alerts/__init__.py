"""Objectives and alerts: one file of ours, made into Prometheus rules, or judged by the lab on the embedded store."""
