"""The file that layouts are kept in."""

from __future__ import annotations

from pathlib import Path

from gui.features.layout.book import LayoutBook, UnreadableLayout, as_text, book_of

LARGEST_FILE = 2_000_000
"""Bytes; fifty layouts are a tenth of it."""


def user_layout_file() -> Path:
    """Where the user's layouts are kept; the file need not exist."""
    from platformdirs import user_config_path

    return user_config_path("microscalp", appauthor=False) / "layouts.json"


class LayoutFile:
    """Reads once, at the start; `fault` says in a sentence why it began anew, and is empty where it did not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = ""
        self._must_set_aside = False
        self.book = self._read()

    def _read(self) -> LayoutBook:
        try:
            if self.path.stat().st_size > LARGEST_FILE:
                raise UnreadableLayout("it is far too large")
            return book_of(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return LayoutBook()
        except (UnreadableLayout, OSError, ValueError) as error:
            self._begin_anew(error)
            return LayoutBook()

    def _begin_anew(self, error: Exception) -> None:
        words = str(error) if isinstance(error, UnreadableLayout) else "it cannot be read"
        self.fault = f"The saved layout is not used: {words}. The default layout is used"
        try:
            self.path.replace(self._aside)  # once: the window does not wait for who has it open
            self.fault += f"; the file is kept as {self._aside.name}."
        except OSError:
            self._must_set_aside = True
            self.fault += "."

    @property
    def _aside(self) -> Path:
        return self.path.with_name(f"{self.path.stem}-unreadable.json")

    def write(self, book: LayoutBook) -> None:
        """Puts the book into the place of the old one, whole or not at all; a file that cannot be read is kept.

        Not for the event loop. Raises `OSError`.
        """
        from config.atomic_file import replace_file, write_atomically

        if self._must_set_aside:
            replace_file(self.path, self._aside)
            self._must_set_aside = False
        write_atomically(self.path, as_text(book))
