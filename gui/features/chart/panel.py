"""Pictures of the charts of a symbol, for the clipboard or a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QIODevice, QObject, QPointF, QSaveFile, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import UnwritableExport
from gui.features.chart.view.deck import ChartDeck
from gui.features.chart.view.layers.labels import lettering
from gui.features.chart.view.timeframe_board import TimeframeBoard
from gui.platform.background import Progress
from gui.platform.writing import Writing
from gui.theme import Theme, colour
from gui.widgets.actions import make_action

CAPTION_HEIGHT, INSET = 26, 10


class ChartPictures(QObject):
    """Actions on the focused charts, or else on those in front; `announced` carries a message."""

    announced = Signal(str)

    def __init__(self, window: QWidget, deck: ChartDeck, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._deck, self._theme = window, deck, theme
        self._writing = Writing(self)
        self._writing.announced.connect(self.announced)
        copied = "Copies a picture of the symbol's charts to the clipboard"
        saved = "Saves a picture of the symbol's charts as a PNG file"
        self.copy = make_action(window, "chart.copy_picture", "Copy picture", copied, self._copy, key="Ctrl+Alt+C")
        self.save = make_action(window, "chart.save_picture", "Save picture …", saved, self._ask, key="Ctrl+Alt+S")

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def close(self) -> None:
        """Cancels the save in progress."""
        self._writing.close()

    def _copy(self) -> None:
        board = self._deck.board_at_keyboard
        if board is not None:
            QGuiApplication.clipboard().setImage(picture_of(board, self._theme))
            self.announced.emit(f"Copied: {board.caption}")

    def _ask(self) -> None:
        """Takes the picture now, before asking for a file name, so that it shows the time of the request."""
        board = self._deck.board_at_keyboard
        if board is None:
            return
        image, name = picture_of(board, self._theme), f"{file_name_of(board.caption)}.png"
        dialog = QFileDialog(self._window, "Save picture", str(Path.home() / name), "Picture (*.png)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.write(image, Path(chosen)))
        dialog.open()

    def write(self, image: QImage, path: Path) -> None:
        """Writes a picture in the background, whole or not at all."""
        self._writing.begin(path, lambda progress: _write(image, path, progress))


def picture_of(board: TimeframeBoard, theme: Theme) -> QImage:
    """The charts of a symbol as they are, below a line with symbol, time frames, time and zone."""
    board.bar.hide()
    charts = board.grab()
    board.bar.show()
    ratio = charts.devicePixelRatio()
    caption = round(CAPTION_HEIGHT * ratio)
    image = QImage(charts.width(), charts.height() + caption, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(colour(theme.background))
    painter, words = QPainter(image), lettering(13)
    words.paint(painter, INSET, (CAPTION_HEIGHT - words.height) / 2, board.caption, colour(theme.text))
    painter.drawPixmap(QPointF(0.0, CAPTION_HEIGHT), charts)
    painter.end()
    return image


def file_name_of(caption: str) -> str:
    """A caption without characters that file systems refuse: `XAUUSD M1 Thu 26 Feb 2026 15.00 UTC`."""
    kept = caption.replace(" · ", " ").replace(",", "").replace(":", ".")
    return "".join(letter for letter in kept if letter.isalnum() or letter in " .+-_#")


def _write(image: QImage, path: Path, _progress: Progress) -> bool:
    file = QSaveFile(str(path))
    is_written = (
        file.open(QIODevice.OpenModeFlag.WriteOnly)
        and QImageWriter(file, QByteArray(b"png")).write(image)
        and file.commit()
    )
    if not is_written:
        raise UnwritableExport(f"{path} cannot be written: {file.errorString()}")
    return True
