"""The keyboard: which key does what, and the guard before the keys that trade."""

from gui.views.keyboard.key_map import KeyMap

__all__ = ["KeyMap"]
