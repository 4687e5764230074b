"""The mark in the status bar while recording, with the size of the recording."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStatusBar

from gui.features.replay.model.recording import RecordingModel


class RecordingMark(QLabel):
    def __init__(self, recording: RecordingModel, bar: QStatusBar) -> None:
        super().__init__(bar)
        self.setObjectName("recordingMark")
        self._recording = recording
        bar.addPermanentWidget(self)
        recording.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.setText(self._recording.words)
        self.setToolTip(f"Every quote and candle is written to {self._recording.folder}; File, Stop recording ends it")
        self.setVisible(self._recording.is_on)
