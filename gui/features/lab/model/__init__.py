"""The lab: studies of past data, as state."""
