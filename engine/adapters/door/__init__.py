"""The door: a socket on this computer through which other programs look at the desk and propose plans."""
