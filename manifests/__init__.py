"""Kubernetes' manifests, made from docker-compose.yml: `make kubernetes` writes kubernetes/base and the ConfigMaps.

Read in this order: `description` (what Compose says), `beyond` (what it cannot say), `calls` (who calls whom), `pods`,
`policies`, `objects`, `configuration`, `render`.
"""
