"""Ties the worker's life to the desk's by the operating system: a worker in a call that holds the interpreter cannot
see for itself that the desk is gone, and could still send an order that is no longer wanted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Final

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _EXTENDED_LIMITS: Final = 9
    _KILL_ON_CLOSE: Final = 0x2000
    _CHILDREN_BREAK_AWAY: Final = 0x1000
    """The terminal that the worker may have started is not to end with it."""

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("per_process_time", ctypes.c_int64), ("per_job_time", ctypes.c_int64), ("flags", wintypes.DWORD),
            ("min_working_set", ctypes.c_size_t), ("max_working_set", ctypes.c_size_t),
            ("max_processes", wintypes.DWORD), ("affinity", ctypes.c_size_t), ("priority_class", wintypes.DWORD),
            ("scheduling_class", wintypes.DWORD),
        )  # fmt: skip

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("basic", _BasicLimits), ("io_counters", ctypes.c_uint64 * 6), ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t), ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )  # fmt: skip

    def _job() -> int | None:
        """A job whose handle is only this process's: the system closes it when the desk ends, however it ends."""
        kernel = ctypes.WinDLL("kernel32")
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (ctypes.c_void_p, wintypes.LPCWSTR)
        kernel.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD)
        job = kernel.CreateJobObjectW(None, None)
        if not job:
            return None
        limits = _ExtendedLimits()
        limits.basic.flags = _KILL_ON_CLOSE | _CHILDREN_BREAK_AWAY
        kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
        return int(job)

    _JOB: Final = _job()

    def tie(worker: subprocess.Popen[bytes]) -> None:
        """By the desk, to a worker that has just started."""
        if _JOB is not None:
            kernel = ctypes.WinDLL("kernel32")
            kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
            kernel.AssignProcessToJobObject(_JOB, int(worker._handle))  # type: ignore[attr-defined]

    def follow_desk(desk: int) -> None:
        """By the worker, before it does anything; `desk` is the number of the desk's process."""

else:

    def tie(worker: subprocess.Popen[bytes]) -> None:
        """By the desk, to a worker that has just started."""

    def follow_desk(desk: int) -> None:
        """By the worker, before it does anything; `desk` is the number of the desk's process."""
        if sys.platform == "linux":
            import ctypes

            set_death_signal = 1
            ctypes.CDLL(None).prctl(set_death_signal, int(signal.SIGKILL))
        if os.getppid() != desk:  # it ended before it could be watched
            os._exit(0)
