"""Compares what the services' books say about money, goods and orders."""
