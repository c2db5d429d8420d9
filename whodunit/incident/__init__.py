"""What an incident is: scenario, causes, checks, how a check is evaluated. Imports nothing heavy."""
