"""Reads our YAML files as models, strictly: a mistake is told with its file, line and key."""
