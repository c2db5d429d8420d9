"""The user service: registration and login."""
