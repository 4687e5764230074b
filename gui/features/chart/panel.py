"""Pictures of the charts of a symbol, and the dialogs of their legend and styles."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QIODevice, QObject, QPointF, QSaveFile, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from engine.errors import UnwritableExport
from gui.features.chart.view.chart_view import ChartView
from gui.features.chart.view.deck import ChartDeck
from gui.features.chart.view.layers.labels import lettering
from gui.features.chart.view.legend import LegendDialog
from gui.features.chart.view.styles.dialog import StyleDialog
from gui.features.chart.view.styles.template_row import TemplateRow
from gui.features.chart.view.timeframes.board import TimeframeBoard
from gui.features.chart.view.view_bar import ViewBar
from gui.features.layout.keeper import LayoutKeeper
from gui.platform.background import Progress
from gui.platform.writing import Writing
from gui.theme import Theme, colour
from gui.widgets.actions import make_action

CAPTION_HEIGHT, INSET = 26, 10


class OverlayDialogs(QObject):
    """The legend and the styles of overlays, one dialog of each at a time, for the chart at the keyboard."""

    def __init__(self, window: QWidget, deck: ChartDeck, keeper: LayoutKeeper, bar: ViewBar, theme: Theme) -> None:
        super().__init__(window)
        self._window, self._deck, self._keeper, self._theme = window, deck, keeper, theme
        legend_tip = "Every mark on the charts, with its picture and meaning"
        styles_tip = "Colours, widths, opacity and labels of what is drawn on the charts, and templates of them"
        self.legend = make_action(window, "chart.legend", "Legend", legend_tip, self.show_legend, key="Ctrl+Alt+L")
        self.styles = make_action(
            *(window, "chart.styles", "Overlay styles …", styles_tip, self.show_styles), key="Ctrl+Alt+O"
        )
        self.actions = (self.legend, self.styles)
        bar.offer(self.legend, self.styles)
        deck.style_asked.connect(lambda symbol, overlay: self.show_styles(overlay, symbol))
        self.dialogs: dict[type[QDialog], QDialog] = {}

    def set_theme(self, theme: Theme) -> None:
        """For dialogs to come; open ones follow by themselves."""
        self._theme = theme

    def show_legend(self) -> LegendDialog | None:
        """Opens the legend of the chart at the keyboard; None without a chart."""
        board = self._deck.board_at_keyboard
        if board is None:
            return None
        dialog = LegendDialog(board.m1, self._switch, self._theme, self._window)
        dialog.style_asked.connect(self.show_styles)
        self._show(dialog)
        return dialog

    def show_styles(self, overlay: str = "", symbol: str = "") -> StyleDialog | None:
        """Opens the styles of a symbol, or of the chart at the keyboard, at an overlay; None without a chart."""
        board = self._deck.boards.get(symbol) or self._deck.board_at_keyboard
        if board is None:
            return None
        view = board.m1

        def targets(is_for_all: bool) -> tuple[ChartView, ...]:
            return self._deck.views if is_for_all else (view,)

        row = TemplateRow(view, targets, self._keeper)
        dialog = StyleDialog(view, targets, self._theme, row, self._window)
        dialog.show_overlay(overlay)
        self._show(dialog)
        return dialog

    def _switch(self, overlay: str, is_shown: bool) -> None:
        self._deck.each(lambda view: view.set_overlay_visible(overlay, is_shown))

    def _show(self, dialog: QDialog) -> None:
        kind = type(dialog)
        former = self.dialogs.pop(kind, None)
        if former is not None:
            former.close()
        self.dialogs[kind] = dialog
        dialog.destroyed.connect(lambda: self._forget(kind, dialog))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, kind: type[QDialog], dialog: QDialog) -> None:
        if self.dialogs.get(kind) is dialog:
            del self.dialogs[kind]


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
