"""What the lab remembers: every trial it ever evaluated, and when which settings were adopted."""
