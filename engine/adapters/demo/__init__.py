"""The parts of the demo market: its calendar, its calibration, its paths and its quotes."""
