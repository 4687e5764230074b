"""Where a study listens for workers, and the certificates with which both sides identify each other."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, NamedTuple

from config.atomic_file import reason_of
from engine.errors import DeskError

_FORM: Final = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):(\d{1,5})")
_MAX_PORT: Final = 65_535
_ALLOWED: Final = "allowed are tcp://127.0.0.1:PORT on this machine, and tls://HOST:PORT"


class UnusableAddress(DeskError):
    """An address at which no study may listen, or certificates that cannot be used."""


class Certificates(NamedTuple):
    """PEM files: the authority that signs the certificates, this machine's certificate, and its key."""

    ca: Path
    cert: Path
    key: Path


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """An address such as tls://192.168.1.5:8786; other machines can connect to it only with certificates."""

    text: str
    host: str
    """As in the text: an IPv6 address in brackets."""
    port: int
    certificates: Certificates | None

    @property
    def protocol(self) -> str:
        return "tcp" if self.certificates is None else "tls"

    def at(self, text: str) -> ClusterAddress:
        """The same with the port that the system has chosen, as in `text`."""
        return cluster_address(text, self.certificates)

    def security(self) -> Any:
        """The TLS settings in the form that distributed expects."""
        from distributed import Security

        if self.certificates is None:
            return Security(require_encryption=False)
        ca, cert, key = map(str, self.certificates)
        own = {f"tls_{role}_{name}": file for role in ("client", "scheduler", "worker") for name, file in
               (("cert", cert), ("key", key))}  # fmt: skip
        return Security(require_encryption=True, tls_ca_file=ca, **own)


def cluster_address(text: str, certificates: Certificates | None, *, min_port: int = 1) -> ClusterAddress:
    """Reads an address. Raises `UnusableAddress`: without TLS only addresses of this machine are allowed, since anyone
    who can connect to an open scheduler can run programs."""
    found = _FORM.fullmatch(text)
    if found is None or not min_port <= int(found[3]) <= _MAX_PORT:
        raise UnusableAddress(f"{text!r} is not a cluster address: {_ALLOWED}")
    protocol, host, port = found[1], found[2], int(found[3])
    if protocol == "tls" and certificates is None:
        raise UnusableAddress(f"{text} needs certificates: --tls-ca, --tls-cert and --tls-key")
    if protocol == "tcp" and not _is_loopback(host):
        raise UnusableAddress(
            f"{text} would let anyone who connects run programs: {_ALLOWED} with --tls-ca, --tls-cert and --tls-key"
        )
    if protocol == "tcp" and certificates is not None:
        raise UnusableAddress(f"{text} uses no certificates: write tls:// with --tls-ca, --tls-cert and --tls-key")
    if certificates is not None:
        _check(certificates)
    return ClusterAddress(text, host, port, certificates)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _check(certificates: Certificates) -> None:
    for file in certificates:
        try:
            file.read_bytes()
        except OSError as error:
            raise UnusableAddress(f"{file} cannot be read: {reason_of(error)}") from error
    try:
        context = ssl.create_default_context(cafile=certificates.ca)
        context.load_cert_chain(certificates.cert, certificates.key)
    except (ssl.SSLError, ValueError) as error:
        ca, cert, key = certificates
        raise UnusableAddress(f"{ca}, {cert} and {key} are not PEM certificates with a matching key") from error
