"""The window of the lab."""
