"""The keyboard: which key does what, and the guard before the keys that trade."""

from gui.views.keyboard.key_map import KeyMap
from gui.views.keyboard.room import KeyboardRoom

__all__ = ["KeyMap", "KeyboardRoom"]
