"""Whose certificates are believed: of the usual authorities, of the operator's own."""

from __future__ import annotations

import re
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import certifi

from workers.settings import settings

HOST: Final = re.compile(r"(?:\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]+")
"""How a host whose certificate is not looked at is written: exact, or all below a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """``ca_file``: a file of trusted authorities (PEM). ``insecure_hosts``: exact or ``*.name``.

    ``extra_ca_certs``: the operator's own file, which is part of the other one.
    """

    ca_file: str
    extra_ca_certs: str = ""
    insecure_hosts: tuple[str, ...] = ()

    def verifies(self, host: str) -> bool:
        """Whether the certificate of ``host`` (of a URL, without port) is looked at."""
        name = host.strip("[]").lower().rstrip(".")
        return not any(_covers(pattern, name) for pattern in self.insecure_hosts)


def _covers(pattern: str, name: str) -> bool:
    return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern


@cache
def trust() -> Trust:
    """Return what the operator's settings say, for all connections of this program."""
    hosts = tuple(host.lower() for host in settings().insecure_hosts)
    extra = settings().extra_ca_certs
    return Trust(ca_file=ca_file(extra), extra_ca_certs=extra, insecure_hosts=hosts)


def ca_file(extra: str) -> str:
    """Return the file of the machine's authorities, or else certifi's; with those of ``extra``.

    libcurl reads one file, so that two become one: it lives as long as the program.
    """
    usual = ssl.get_default_verify_paths().cafile or certifi.where()
    if not extra:
        return usual
    texts = [Path(usual).read_bytes(), Path(extra).read_bytes()]
    return _joined(b"\n".join(texts))


@cache
def _joined(pem: bytes) -> str:
    file = tempfile.NamedTemporaryFile(prefix="gristmill-ca-", suffix=".pem")  # noqa: SIM115 - kept open: it is gone with the program
    file.write(pem)
    file.flush()
    _kept.append(file)
    return file.name


_kept: list[object] = []


def authorities_fault(extra: str) -> str:
    """Return what is wrong with the operator's file of authorities, ``""`` if nothing is."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(extra)
    except (OSError, ssl.SSLError):
        return "can't be read as a file of certificates (PEM)"
    return "" if context.get_ca_certs() else "holds no certificate of an authority"


def hosts_fault(hosts: Sequence[str]) -> str:
    """Return the first of ``hosts`` that is none, ``""`` if all are."""
    return next((host for host in hosts if not HOST.fullmatch(host.lower())), "")
