"""One service that reaches the user's phone, through apprise: from an address to messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from config.address import is_this_computer
from engine.errors import DeskError

_log = logging.getLogger(__name__)

MISSING: Final = "Phone alerts need the package apprise: pip install microscalp[notify]."
TIMEOUTS: Final = {"cto": "5", "rto": "10"}
"""Seconds to connect and to wait for an answer, as parameters of apprise's addresses."""
_WITHOUT_SOUND: Final[Mapping[str, Mapping[str, str]]] = {
    "tgram": {"silent": "yes"},
    "ntfy": {"priority": "low"},
    "ntfys": {"priority": "low"},
    "pover": {"priority": "low"},
    "discord": {"flags": "4096"},
    "gotify": {"priority": "low"},
    "gotifys": {"priority": "low"},
}
"""What makes a message of a service arrive without sound; other services have no such choice."""
_LOGGERS_WITH_SECRETS: Final = ("apprise", "urllib3", "requests")


class InvalidAddress(DeskError):
    """No service has such an address. Its text never contains the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneMessage:
    """What arrives on the phone; `sent_at_s` is when it was handed over, in monotonic seconds.

    `picture` makes a PNG on the thread that sends, None for none.
    """

    title: str
    text: str
    is_silent: bool = False
    sent_at_s: float = 0.0
    picture: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class PhoneService:
    """A service by its name and its address, which is a secret and never in `repr`."""

    name: str
    _address: str

    def __repr__(self) -> str:
        return f"PhoneService({self.name!r})"

    def deliver(self, message: PhoneMessage) -> bool:
        """Whether the service accepted a message; waits for it, so never call this on the event loop."""
        import apprise
        from apprise.attachment.memory import AttachMemory

        scheme = self._address.partition("://")[0]
        service = apprise.Apprise.instantiate(
            _with_parameters(self._address, _WITHOUT_SOUND.get(scheme, {}) if message.is_silent else {})
        )
        picture = _picture_of(message)
        attach = AttachMemory(picture, name="chart.png", mimetype="image/png") if picture else None
        title, body = (message.title, message.text) if message.text else ("", message.title)
        if service is None:
            return False
        sender = apprise.Apprise(service)
        return bool(sender.notify(title=title, body=body, attach=attach, body_format=apprise.NotifyFormat.TEXT))


def _picture_of(message: PhoneMessage) -> bytes:
    """Empty where there is none: an alert is sent without the picture that could not be made."""
    try:
        return b"" if message.picture is None else message.picture()
    except Exception:
        _log.exception("the picture of an alert could not be made")
        return b""


def why_unavailable() -> str:
    """A sentence if apprise is not installed, otherwise empty."""
    return "" if find_spec("apprise") else MISSING


def service_of(address: str) -> PhoneService:
    """The service at an address such as ntfy://topic; the first call loads apprise, which takes a second.

    Raises `InvalidAddress`.
    """
    if why_unavailable():
        raise InvalidAddress(MISSING.rstrip("."))
    _silence_loggers()
    try:
        import apprise

        service = apprise.Apprise.instantiate(address)
    except Exception as error:  # its text may hold the address
        raise InvalidAddress(f"apprise cannot be used ({type(error).__name__})") from None
    if service is None:
        raise InvalidAddress("this is not the address of a known service; an example is ntfys://my-topic")
    _refuse_plain_text(service)
    return PhoneService(str(service.service_name), _with_parameters(service.url(), TIMEOUTS))


def _refuse_plain_text(service: Any) -> None:
    """Raises `InvalidAddress` where passwords, tokens and alerts would leave this computer without encryption."""
    scheme, host = service.url().partition("://")[0], service.host or ""
    if scheme in _names(service.protocol) and host and not is_this_computer(host):
        secure = " or ".join(f"{name}://" for name in _names(service.secure_protocol))
        way_out = f"; use {secure}" if secure else ""
        raise InvalidAddress(
            f"{scheme}:// sends passwords and alerts unencrypted, which is allowed only on this computer{way_out}"
        )


def _names(protocol: Any) -> tuple[str, ...]:
    """Schemes as apprise states them: one, several or none."""
    return (protocol,) if isinstance(protocol, str) else tuple(protocol or ())


def _silence_loggers() -> None:
    """Log messages of these libraries may contain addresses with tokens."""
    for name in _LOGGERS_WITH_SECRETS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False


def _with_parameters(address: str, parameters: Mapping[str, str]) -> str:
    base, _, query = address.partition("?")
    return f"{base}?{urlencode(dict(parse_qsl(query, keep_blank_values=True)) | dict(parameters))}"
