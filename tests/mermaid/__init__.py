"""Every diagram of a report, read by Mermaid itself."""
