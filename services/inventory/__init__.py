"""Stock and reservations."""
