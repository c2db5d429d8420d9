"""The database service: the credential store."""
