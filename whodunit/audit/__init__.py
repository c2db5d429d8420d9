"""Compares the services' books about money, goods and orders."""
