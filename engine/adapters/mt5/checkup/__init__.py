"""Examines a terminal without trading: the doctor's findings, and anonymous recordings of its answers."""
