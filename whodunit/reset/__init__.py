"""Makes the running shop as new for whoever comes next."""
