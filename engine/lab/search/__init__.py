"""Searching for settings: which ones to try, on which days, and which of them to believe."""
