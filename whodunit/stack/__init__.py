"""The lab where every program of the shop is a container of its own: it watches and switches them, and starts none."""
