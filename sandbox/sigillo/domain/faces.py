"""Faces: under which protocols, beside its own API, a sandbox can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Tls(StrEnum):
    """How a connection gets under TLS: from its first byte, or by STARTTLS, before which nothing else goes."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"


# The mail faces by name, as options and the API call them.
MAIL_FACES: Mapping[str, Tls] = MappingProxyType(
    {"smtps": Tls.IMPLICIT, "submission": Tls.STARTTLS, "imaps": Tls.IMPLICIT, "pop3s": Tls.IMPLICIT}
)


@dataclass(frozen=True, slots=True)
class Faces:
    """Where clients reach the faces: ``mail_ports`` by the names of :data:`MAIL_FACES`, on ``mail_host``.

    A face that is not served is not there.
    """

    mail_host: str = "127.0.0.1"
    mail_ports: Mapping[str, int] = field(default_factory=dict)
