"""A broker on paper: real rules, simulated fills, deterministic from its seed."""
