"""Reads our YAML files as models, strictly: every mistake is reported with its file, line and key."""
