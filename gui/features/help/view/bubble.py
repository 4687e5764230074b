"""The bubble of the introduction, and the ring around the part it describes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.features.help.model.introduction import IntroductionModel, Offer
from gui.features.help.view.stop_picture import StopPicture
from gui.theme import Theme
from gui.widgets.controls import make_button

WIDTH, GAP, EDGE = 340, 10, 8
"""Pixels: of the bubble, between it and the ring, and to the window's edges."""

_PRESSES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""Keys that press the button where the keyboard is."""


class Ring(QFrame):
    """Lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("introductionRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()


class Bubble(QFrame):
    """Esc ends it wherever the keyboard is within it; Space and Enter press the button where it is."""

    def __init__(self, model: IntroductionModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("introduction")
        self.setFixedWidth(WIDTH)
        self._model = model
        self.title, self.words, self.count = (QLabel(), QLabel(wordWrap=True), QLabel())
        for label, name in ((self.title, "Title"), (self.words, "Words"), (self.count, "Count")):
            label.setObjectName(f"introduction{name}")
        self.skip = make_button("Skip", "Ends the introduction; Help, Introduction shows it again", model.end)
        self.back = make_button("Back", "Previous step", model.go_back)
        self.further = make_button("Next", "Next step", model.go_on)
        self.offers: dict[Offer, QPushButton] = {}
        self._offer_row = QHBoxLayout()
        self.pictures: list[tuple[StopPicture, QLabel]] = []
        self._picture_row = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """For pictures that are made later; those that are there have their own."""
        self._theme = theme

    def _lay_out(self) -> None:
        row, column = QHBoxLayout(), self._column
        row.addWidget(self.count, 1)
        for button in (self.skip, self.back, self.further):
            row.addWidget(button)
        column.setContentsMargins(16, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(self._picture_row)
        column.addLayout(self._offer_row)
        column.addLayout(row)

    def refresh(self) -> None:
        """Shows the step of the model."""
        step = self._model.step
        if step is None:
            return
        self.title.setText(step.title)
        self.words.setText(self._model.words)
        self._show_pictures()
        self._show_offers(self._model.offers)
        self.count.setText(self._model.count_words)
        self.back.setEnabled(not self._model.is_first)
        self.further.setText("Done" if self._model.is_last else "Next")
        self.skip.setVisible(not self._model.is_last)
        self._column.activate()  # else it counts the pictures of the step before
        self.setFixedHeight(self.heightForWidth(WIDTH))

    def _show_pictures(self) -> None:
        found = [example for _, example in self._model.pictures]
        while len(self.pictures) < len(found):
            self._add_picture()
        prices = [price for each in found for price in (each.high, each.low, *each.levels[:3])]
        for place, (picture, words) in enumerate(self.pictures):
            is_used = place < len(found)
            picture.setVisible(is_used)
            words.setVisible(is_used)
            if is_used:
                picture.show_example(found[place], float(min(prices)), float(max(prices)))
                words.setText("\n".join(found[place].words))

    def _add_picture(self) -> None:
        picture, words = StopPicture(self._theme), QLabel()
        words.setObjectName("introductionWords")
        column = QVBoxLayout()
        column.addWidget(picture)
        column.addWidget(words)
        self._picture_row.addLayout(column)
        self.pictures.append((picture, words))

    def _show_offers(self, offers: tuple[Offer, ...]) -> None:
        for offer in offers:
            if offer not in self.offers:
                choose = partial(self._model.choose, offer)
                button = self.offers[offer] = make_button(offer.label, offer.tip, choose)
                button.setCheckable(True)
                self._offer_row.addWidget(button)
        for offer, button in self.offers.items():
            button.setVisible(offer in offers)
            button.setChecked(self._model.is_chosen(offer))

    def stand_beside(self, target: QRect, space: QRect) -> None:
        """Where it covers `target` the least: below, above, to the left, to the right, else in the middle of it."""
        width, height = self.width(), self.height()
        places = (
            QRect(target.left(), target.bottom() + GAP, width, height),
            QRect(target.left(), target.top() - GAP - height, width, height),
            QRect(target.left() - GAP - width, target.top(), width, height),
            QRect(target.right() + GAP, target.top(), width, height),
        )
        inner = space.adjusted(EDGE, EDGE, -EDGE, -EDGE)
        pushed = [_pushed_into(place, inner) for place in places]
        free = [place for place in pushed if not place.intersects(target)]
        middle = QRect(0, 0, width, height)
        middle.moveCenter(target.center())
        self.move((free[0] if free else _pushed_into(middle, inner)).topLeft())

    def event(self, event: QEvent) -> bool:
        is_override = event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_override and event.key() in (Qt.Key.Key_Escape, *_PRESSES):  # type: ignore[attr-defined]
            event.accept()  # the key belongs to the charts and the player otherwise
            return True
        return super().event(event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab stays within the bubble: it would be hard to find again."""
        buttons = [each for each in (*self.offers.values(), self.skip, self.back, self.further) if _takes_keys(each)]
        if not buttons:
            return super().focusNextPrevChild(is_next)
        focus = self.focusWidget()
        place = buttons.index(focus) if focus in buttons else -1
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        buttons[(place + (1 if is_next else -1)) % len(buttons)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._model.end()
        elif event.key() in _PRESSES:
            self._focused_button().click()  # in a dialog Qt would do so
        else:
            super().keyPressEvent(event)

    def _focused_button(self) -> QPushButton:
        """The button that has the keyboard, or the one that goes on."""
        focus = self.focusWidget()
        return focus if isinstance(focus, QPushButton) and self.isAncestorOf(focus) else self.further


def _takes_keys(button: QPushButton) -> bool:
    return button.isVisible() and button.isEnabled()


def _pushed_into(place: QRect, space: QRect) -> QRect:
    x = max(space.left(), min(place.left(), space.right() - place.width()))
    y = max(space.top(), min(place.top(), space.bottom() - place.height()))
    return QRect(x, y, place.width(), place.height())
