"""Workers on other machines: a study listens at an address, and `microscalp lab worker` joins it."""
