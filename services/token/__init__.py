"""The token service: issues and verifies access tokens."""
