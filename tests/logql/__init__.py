"""Every LogQL of the product in one file, which is compared with where it comes from, and read by Grafana's grammar."""
