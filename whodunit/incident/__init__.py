"""Scenarios, their causes and checks, and how a check is evaluated. Imports nothing heavy."""
