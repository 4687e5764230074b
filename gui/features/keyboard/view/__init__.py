"""The keyboard: which key does what, and the guard before the keys that trade."""
