"""A node of Kubernetes' own programs on this machine, and the shop rolled out on it: `make test-kubernetes`."""
