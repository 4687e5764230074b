"""Functions of the C kind, made of Python ones: they refuse what the package's own refuse, in the way it does.

Only a C function can see whether keywords were passed at all, so that an empty `**{}` differs from none; and only it
can answer without a result and without an exception, which CPython turns into `SystemError`.
"""

from __future__ import annotations

import ctypes
import traceback
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Final

from tests.fake_metatrader5._session import SESSION, Failure

Keywords = dict[str, Any] | None
Body = Callable[[tuple[Any, ...], Keywords], Any]


class Takes(IntEnum):
    """What a function may be called with, as CPython's method flags."""

    POSITIONS = 0x0001
    POSITIONS_OR_KEYWORDS = 0x0003
    NOTHING = 0x0004


class UnfitSlot(Exception):
    """A slot of the C parse was given what it cannot hold: the call ends in `SystemError`, with this last error."""

    def __init__(self, text: str = "Invalid arguments") -> None:
        super().__init__(text)
        self.text = text


class _Definition(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("text", ctypes.c_char_p),
    )


_PLAIN: Final = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_WITH_KEYWORDS: Final = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
_NULL: Final = 0
_INVALID: Final = -2
_CRASHED: Final = object()
_KEPT: Final[list[Any]] = []
"""What C points at has to outlive the functions made of it."""

_make_capsule = ctypes.pythonapi.PyCapsule_New
_make_capsule.restype = ctypes.py_object
_make_capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_SET_TYPE_ERROR: Final = ctypes.cast(ctypes.pythonapi.PyErr_BadArgument, ctypes.c_void_p)

_make_function = ctypes.pythonapi.PyCFunction_NewEx
_make_function.restype = ctypes.py_object
_make_function.argtypes = (ctypes.POINTER(_Definition), ctypes.c_void_p, ctypes.py_object)
_take_reference = ctypes.pythonapi.Py_IncRef
_take_reference.argtypes = (ctypes.py_object,)


def native(takes: Takes, failure: Any = None, *, resets: bool = True) -> Callable[[Body], Callable[..., Any]]:
    """Makes a native of a body that gets its arguments and its keywords, None where no keywords were passed.

    `failure` is returned where the body raises `Failure`; `resets` whether a call first takes back the last error.
    """

    def made(body: Body) -> Callable[..., Any]:
        def entered(_: int | None, arguments: int | None, keywords: int | None = None) -> int:
            given = () if takes is Takes.NOTHING else _object_at(arguments)
            return _reference(_answer(body, given, _object_at(keywords), failure, resets))

        prototype = _WITH_KEYWORDS if takes is Takes.POSITIONS_OR_KEYWORDS else _PLAIN
        callback = prototype(entered)
        address = ctypes.cast(callback, ctypes.c_void_p)
        text = (body.__doc__ or "").encode()
        definition = _Definition(body.__name__.encode(), address, int(takes), text)
        _KEPT.extend((callback, definition))
        function: Callable[..., Any] = _make_function(ctypes.byref(definition), None, "MetaTrader5._core")
        return function

    return made


def _answer(body: Body, arguments: tuple[Any, ...], keywords: Keywords, failure: Any, resets: bool) -> Any:
    try:
        if resets:
            SESSION.error = (1, "Success")
        return body(arguments, keywords)
    except Failure as refused:
        SESSION.error = (refused.code, refused.text)
        return failure
    except UnfitSlot as unfit:
        SESSION.error = (_INVALID, unfit.text)
        return _Unparsed(failure)
    except BaseException:  # nothing may pass through C; the caller gets a SystemError
        traceback.print_exc()
        return _CRASHED


def _object_at(address: int | None) -> Any:
    return ctypes.cast(address, ctypes.py_object).value if address else None


class _Unparsed:
    """What the package returns where its parse failed: the failure value, with the exception of the parse still set."""

    def __init__(self, failure: Any) -> None:
        self.failure = failure


class _ReferenceLeavingAnError(int):
    """The address of a result. Python code cannot end with both a result and an exception, a destructor in C can."""

    last_owned: Any


def _reference(result: Any) -> int:
    if result is _CRASHED:
        return _NULL
    if not isinstance(result, _Unparsed):
        _take_reference(result)
        return id(result)
    _take_reference(result.failure)
    address = _ReferenceLeavingAnError(id(result.failure))
    address.last_owned = _make_capsule(1, None, _SET_TYPE_ERROR)
    return address
