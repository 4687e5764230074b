"""A paper broker: real rules, simulated fills, deterministic for a seed."""
