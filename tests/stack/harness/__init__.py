"""docker-compose.yml without containers: the same programs and configuration as processes on loopback ports."""
