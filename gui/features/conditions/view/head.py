"""The head of the condition panel: which candle, what each side amounts to, its score, and the trade idea."""

from __future__ import annotations

from datetime import UTC, tzinfo

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.features.conditions.model.conditions import ConditionsModel
from gui.features.conditions.model.summary import ConditionsSummary, ScoreSummary, SideSummary, Standing
from gui.features.conditions.view.ink import COLUMN_GAP, PAD, Ink, Paragraphs, paint_right
from gui.theme import Theme, font
from gui.zones import day_minute_text, minute_text

TITLE_TOP, SIDES_TOP = 8, 36
SENTENCE_TOP = SIDES_TOP + 21
SENTENCE_LINES = 3
SCORE_TOP = SENTENCE_TOP + 53
PARTS_TOP = SCORE_TOP + 28
IDEA_TOP = PARTS_TOP + 36
HEIGHT = IDEA_TOP + 50
BAR_LEFT = 40
BAR_HEIGHT = 9
LINE = 14


class PanelHead(QWidget):
    """Paints what a `ConditionsModel` says first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._ink = Ink(theme)
        self._sentences = Paragraphs(font(12))
        self._model: ConditionsModel | None = None
        self._painted: tuple[object, ...] = ()
        self.zone: tzinfo = UTC

    def set_theme(self, theme: Theme) -> None:
        self._ink = Ink(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, HEIGHT)

    def show_model(self, model: ConditionsModel) -> None:
        self._model = model
        self._painted = self._said()
        self.update()

    def refresh(self) -> None:
        """Paints again where the head says something else."""
        said = self._said()
        if said != self._painted:
            self._painted = said
            self.update()

    def _said(self) -> tuple[object, ...]:
        model = self._model
        summary = None if model is None else model.summary
        if model is None or summary is None:
            return () if model is None else (model.silence,)
        sides = ((side.standing, side.stopped_at, side.headline, side.score) for side in (summary.buy, summary.sell))
        return (model.is_live, model.is_approving, summary.candle_time, summary.idea, summary.idea_missing, *sides)

    def candle_words(self) -> str:
        """Which candle is shown, and the way back where it is a past one."""
        summary = None if self._model is None else self._model.summary
        if self._model is None or summary is None:
            return ""
        if self._model.is_approving:
            return f"Awaiting approval: candle of {minute_text(summary.candle_time, self.zone)}"
        if self._model.is_live:
            return f"Live: candle of {minute_text(summary.candle_time, self.zone)}"
        return f"Candle of {day_minute_text(summary.candle_time, self.zone)} · Esc returns to live"

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.fillRect(event.rect(), self._ink.ground)
        if self._model is not None:
            self._paint_title(painter, self._model)
            if (summary := self._model.summary) is not None:
                self._paint_summary(painter, summary)
            else:
                self._sentences.paint(
                    painter, PAD, SIDES_TOP, self.width() - 2 * PAD, self._model.silence, self._ink.muted
                )
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, self._ink.line)
        painter.end()

    def _paint_title(self, painter: QPainter, model: ConditionsModel) -> None:
        ink = self._ink
        ink.strong.paint(painter, PAD, TITLE_TOP, model.symbol, ink.text)
        words = self.candle_words()
        if words:
            shade = ink.accent if model.is_live else ink.text
            left = paint_right(painter, ink.plain, self.width() - PAD, TITLE_TOP + 2, words, shade)
            ink.plain.paint(painter, left - 13, TITLE_TOP + 2, "●" if model.is_live else "◀", shade)
        painter.fillRect(0, SIDES_TOP - 7, self.width(), 1, ink.line)

    def _paint_summary(self, painter: QPainter, summary: ConditionsSummary) -> None:
        width = (self.width() - 2 * PAD - COLUMN_GAP) // 2
        for place, side in enumerate((summary.buy, summary.sell)):
            x = PAD + place * (width + COLUMN_GAP)
            self._paint_side(painter, x, width, side)
            self._paint_score(painter, x, width, side.score)
        middle = PAD + width + COLUMN_GAP // 2
        painter.fillRect(middle, SIDES_TOP - 6, 1, IDEA_TOP - SIDES_TOP + 1, self._ink.line)
        painter.fillRect(0, IDEA_TOP - 6, self.width(), 1, self._ink.line)
        self._paint_idea(painter, summary)

    def _paint_side(self, painter: QPainter, x: int, width: int, side: SideSummary) -> None:
        ink = self._ink
        ink.strong.paint(painter, x, SIDES_TOP, side.side.value, ink.text)
        self._paint_badge(painter, x + width, side)
        is_setup = side.standing in (Standing.SETUP, Standing.A_PLUS)
        self._sentences.paint(painter, x, SENTENCE_TOP, width, side.headline, ink.text if is_setup else ink.muted)

    def _paint_badge(self, painter: QPainter, right: int, side: SideSummary) -> None:
        ink, words = self._ink, badge_words(side)
        shade = ink.standings[side.standing]
        if side.standing is Standing.HELD_BACK:
            paint_right(painter, ink.plain, right, SIDES_TOP + 1, words, shade)
            return
        width = round(ink.heading.width(words)) + 12
        painter.fillRect(right - width, SIDES_TOP - 1, width, 17, shade)
        ink.heading.paint(painter, right - width + 6, SIDES_TOP + 1, words, ink.on_colour)

    def _paint_score(self, painter: QPainter, x: int, width: int, score: ScoreSummary) -> None:
        ink = self._ink
        shade = ink.passed if score.score >= score.trade_from else ink.text
        ink.figure.paint(painter, x, SCORE_TOP - 2, f"{score.score:.2g}", shade)
        bar = QRect(x + BAR_LEFT, SCORE_TOP + 13, width - BAR_LEFT, BAR_HEIGHT)
        painter.fillRect(bar, ink.trough)
        self._paint_parts(painter, bar, score)
        for value, words in ((score.trade_from, f"{score.trade_from:g}"), (score.a_plus_from, "A+")):
            at = bar.x() + round(value / score.maximum * bar.width())
            painter.fillRect(at, bar.y() - 3, 1, bar.height() + 6, ink.text)
            ink.small.paint(painter, at - ink.small.width(words) / 2, SCORE_TOP - 3, words, ink.muted)
        self._paint_part_words(painter, x, score)

    def _paint_parts(self, painter: QPainter, bar: QRect, score: ScoreSummary) -> None:
        total = 0.0
        for shade, (_, points) in zip(self._ink.parts, score.parts, strict=True):
            left, total = total, min(score.maximum, total + points)
            start, end = (bar.x() + round(each / score.maximum * bar.width()) for each in (left, total))
            painter.fillRect(start, bar.y(), max(0, end - start - 1), bar.height(), shade)

    def _paint_part_words(self, painter: QPainter, x: int, score: ScoreSummary) -> None:
        for line, parts in enumerate((score.parts[:3], score.parts[3:])):
            left = float(x)
            for name, points in parts:
                shade = self._ink.text if points else self._ink.muted
                words = f"{name} {points:.2g}"
                self._ink.small.paint(painter, left, PARTS_TOP + line * LINE, words, shade)
                left += self._ink.small.width(words) + 10

    def _paint_idea(self, painter: QPainter, summary: ConditionsSummary) -> None:
        ink, idea = self._ink, summary.idea
        if idea is None:
            ink.plain.paint(painter, PAD, IDEA_TOP + 8, summary.idea_missing.capitalize(), ink.muted)
            return
        x = float(PAD)
        for name, words, shade in (
            (idea.side.value, idea.entry, ink.accent),
            ("stop", idea.stop, ink.failed),
            ("target", idea.target, ink.passed),
        ):
            ink.plain.paint(painter, x, IDEA_TOP, name, ink.muted)
            x += ink.plain.width(name) + 4
            ink.plain.paint(painter, x, IDEA_TOP, words, shade)
            x += ink.plain.width(words) + 9
        note = f"▲ {idea.stop_note}" if idea.is_stop_short else idea.stop_note
        shade = ink.warning if idea.is_stop_short else ink.muted
        self._sentences.paint(painter, PAD, IDEA_TOP + 17, self.width() - 2 * PAD, note, shade)


def badge_words(side: SideSummary) -> str:
    """What a side amounts to, or the layer that stopped it."""
    return f"blocked by: {side.stopped_at}" if side.standing is Standing.HELD_BACK else side.standing.value
