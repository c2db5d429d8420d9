"""Panels: the questions to look at together for one journey or service, whichever page shows them."""
