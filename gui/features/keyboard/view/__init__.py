"""The keyboard map, and the guard of the keys that trade."""
