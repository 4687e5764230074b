"""The trading half of the window: switches, approvals, positions, plans, history."""
