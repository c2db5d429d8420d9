"""Text from outside that goes into a database."""

PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
"""No control characters: PostgreSQL keeps no NUL, and refuses the statement."""
