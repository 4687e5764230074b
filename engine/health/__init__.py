"""The desk's health: measured values, judged by limits, and for how long."""
