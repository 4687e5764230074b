"""The filter of the journal: symbol, kinds, period, plan, words."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QDateTime, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.features.journal.model.wish import BETWEEN, EVERY_SYMBOL, GROUPS, PERIODS, JournalWish

TYPING_PAUSE_MS = 250
MIN_WIDTH = 60
FORM = "yyyy-MM-dd HH:mm"


class FilterBar(QWidget):
    """`changed` emits the filter once the user has stopped typing. Times are those of the zone that is shown."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone: tzinfo = UTC
        self.symbol = self._choice([EVERY_SYMBOL], "The symbol that records are about")
        self.group = self._choice(GROUPS, "The kind of records")
        self.period = self._choice(PERIODS, "When it happened, in market time; This run leaves earlier ones out")
        self.plan = self._field("Plan", "Part of the plan's ID")
        self.text = self._field("Search", "Words in a record, such as: stop loss")
        self.since, self.until = self._time("From then on"), self._time("Before then")
        self._timer = QTimer(self, singleShot=True, interval=TYPING_PAUSE_MS)
        self._timer.timeout.connect(lambda: self.changed.emit(self.wish))
        self.row = QHBoxLayout()
        self.row.setSpacing(6)
        for part in (self.symbol, self.group, self.period, self.plan, self.text):
            self.row.addWidget(part)
        self.row.setStretch(4, 1)
        self._between = self._make_between()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(self.row)
        column.addWidget(self._between)

    @property
    def wish(self) -> JournalWish:
        """What the bar says."""
        return JournalWish(
            symbol=self.symbol.currentText(),
            group=self.group.currentText(),
            period=self.period.currentText(),
            plan_id=self.plan.text(),
            text=self.text.text(),
            since=self._instant(self.since),
            until=self._instant(self.until),
        )

    def show_symbols(self, symbols: tuple[str, ...]) -> None:
        """The symbols that can be chosen."""
        wanted = [EVERY_SYMBOL, *symbols]
        if wanted != [self.symbol.itemText(place) for place in range(self.symbol.count())]:
            chosen = self.symbol.currentText()
            with QSignalBlocker(self.symbol):
                self.symbol.clear()
                self.symbol.addItems(wanted)
                self.symbol.setCurrentText(chosen)

    def set_zone(self, zone: tzinfo) -> None:
        self._zone = zone

    def show_plan(self, plan_id: str) -> None:
        """Everything about one plan."""
        self.plan.setText(plan_id)
        self.changed.emit(self.wish)

    def show_span(self, since: datetime, until: datetime) -> None:
        """The span that a choice of both ends begins with."""
        for box, at in ((self.since, since), (self.until, until)):
            with QSignalBlocker(box):
                box.setDateTime(QDateTime.fromString(f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}", FORM))

    def _instant(self, box: QDateTimeEdit) -> datetime:
        naive = datetime.strptime(box.dateTime().toString(FORM), "%Y-%m-%d %H:%M")  # noqa: DTZ007
        return naive.replace(tzinfo=self._zone).astimezone(UTC)

    # -- parts

    def _choice(self, items: list[str] | tuple[str, ...], tip: str) -> QComboBox:
        box = QComboBox()
        box.addItems(list(items))
        box.setToolTip(tip)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.setMinimumWidth(MIN_WIDTH)
        box.currentTextChanged.connect(self._choose)
        return box

    def _field(self, words: str, tip: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(words)
        field.setAccessibleName(words)
        field.setClearButtonEnabled(True)
        field.setToolTip(tip)
        field.setMinimumWidth(MIN_WIDTH)
        field.textChanged.connect(lambda: self._timer.start())
        return field

    def _time(self, tip: str) -> QDateTimeEdit:
        box = QDateTimeEdit()
        box.setDisplayFormat(FORM)
        box.setCalendarPopup(True)
        box.setToolTip(tip)
        box.dateTimeChanged.connect(lambda: self._timer.start())
        return box

    def _make_between(self) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (QLabel("from"), self.since, QLabel("to"), self.until):
            row.addWidget(part)
        row.addStretch(1)
        line.hide()
        return line

    def _choose(self) -> None:
        self._between.setVisible(self.period.currentText() == BETWEEN)
        self.changed.emit(self.wish)
