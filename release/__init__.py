"""Makes what is handed out: a release, and a bundle for machines without a network."""
