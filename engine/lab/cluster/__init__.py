"""Workers on further machines: a study listens at an address, and `microscalp lab worker` joins it from anywhere."""
