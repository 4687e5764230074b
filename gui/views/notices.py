"""The line over the charts that tells when a side is one gate away: it takes no room, no click and no focus."""

from __future__ import annotations

from datetime import tzinfo

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel

from gui.viewmodels.notices import Notice, NoticeBoard
from gui.viewmodels.zones import DisplayZones, minute_text
from gui.views.chart_deck import ChartDeck

GAP = 10


class NoticeLine(QLabel):
    """Shows the notice of a board right of the tabs, or over the candles where there is no room for it."""

    def __init__(self, board: NoticeBoard, deck: ChartDeck, zones: DisplayZones | None = None) -> None:
        super().__init__(deck)
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._board, self._deck = board, deck
        self._zones = zones or DisplayZones()
        self._zones.changed.connect(self.refresh)
        self.hide()
        board.changed.connect(self.refresh)
        deck.installEventFilter(self)

    def refresh(self) -> None:
        notice = self._board.notice
        if notice is not None:
            self._place(notice)
            self.raise_()
        self.setVisible(notice is not None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        notice = self._board.notice
        if watched is self._deck and event.type() is QEvent.Type.Resize and notice is not None:
            self._place(notice)
        return False

    def _place(self, notice: Notice) -> None:
        self.setWordWrap(False)
        self.setText("  ·  ".join(self._lines(notice)))
        self.adjustSize()
        room = self._deck.tab_room.adjusted(GAP, 0, -GAP, 0)
        if self.width() <= room.width():
            self.move(room.right() - self.width(), max(1, (room.height() - self.height()) // 2))
        else:
            self._place_over_candles(notice)

    def _place_over_candles(self, notice: Notice) -> None:
        """One line for each side, broken where even that is too wide."""
        self.setText("\n".join(self._lines(notice)))
        self.adjustSize()
        most = self._deck.width() - 2 * GAP
        if self.width() > most:
            self.setWordWrap(True)
            self.resize(most, self.heightForWidth(most))
        self.move((self._deck.width() - self.width()) // 2, self._deck.plot_top + GAP)

    def _lines(self, notice: Notice) -> list[str]:
        return notice_lines(notice, self._zones.of(notice.symbol))


def notice_lines(notice: Notice, zone: tzinfo) -> list[str]:
    """The candle, then for each side what is missing."""
    candle = f"{minute_text(notice.candle_time, zone)} {notice.symbol}"
    sides = [f"{cause.side.value} is one gate away: {cause.words}" for cause in notice.causes]
    return [f"{candle}  {sides[0]}", *sides[1:]]
