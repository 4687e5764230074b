"""Child processes of the program, run through Qt."""

from __future__ import annotations

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

from engine.child_process import child_command, child_environment


def child_process(parent: QObject, name: str, *arguments: str) -> QProcess:
    """A process, not yet started, that will run the worker `name`."""
    process = QProcess(parent)
    environment = QProcessEnvironment()
    for variable, value in child_environment().items():
        environment.insert(variable, value)
    process.setProcessEnvironment(environment)
    program, *rest = child_command(name, *arguments)
    process.setProgram(program)
    process.setArguments(rest)
    return process
