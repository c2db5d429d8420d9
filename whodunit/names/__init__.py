"""The name server of the shop's own names."""
