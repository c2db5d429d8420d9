"""Panels: the questions to look at together, as on the dashboards of the stack."""
