"""Settings: a command-line option, else a ``SIGILLO_*`` environment variable, else the default. Read here alone."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from sigillo.domain.calendar import format_instant, parse_instant
from sigillo.domain.clock import DEFAULT_START, MAX_SPEED
from sigillo.domain.errors import FieldError, Invalid, MalformedInput
from sigillo.domain.rate import Rate
from sigillo.domain.relay import DEFAULT_MAIL_FROM, RelayAddress, may_be_mailed, parse_relay

DEMO_KEY = "sk_test_demo"
DEFAULT_SEED = "demo"
_OFF = "off"
_ADDRESS = re.compile(r"[^@\s<>\",;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Settings(BaseSettings):
    """Everything that can be set, with what it means; ``SIGILLO_`` and the name in capitals sets it."""

    model_config = SettingsConfigDict(env_prefix="SIGILLO_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8025, ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")
    data: Path = Field(Path("data"), description="Folder of the database and the files.")
    memory: bool = Field(default=False, description="Keep everything in memory; nothing survives the process.")
    seed: str = Field(DEFAULT_SEED, max_length=200, description="What ids, numbers, keys and fates follow from.")
    start: datetime = Field(DEFAULT_START, description="Where a new workspace's clock begins.")
    speed: float | None = Field(None, ge=0, le=MAX_SPEED, description="1 is real time, 1440 a day a minute, 0 frozen.")
    public_url: str | None = Field(None, description="Where people reach this server; printed on proofs.")
    webhook_networks: str = Field(
        "", description="Private networks that sandboxes may send webhooks to, such as 10.0.0.0/8,fd12::/16."
    )
    smtp_relay: SecretStr | None = Field(
        None,
        description="Mail server that recipients' mail goes to, such as smtp://127.0.0.1:1025; none is sent without.",
    )
    mail_from: str = Field(
        DEFAULT_MAIL_FROM, validate_default=True, description="The address that recipients' mail comes from."
    )
    rate_limit: str = Field(
        "1000000/min", validate_default=True, description="Requests of each key, such as 6000/min or 100/s; off."
    )
    wrong_key_limit: str = Field(
        "600/min", validate_default=True, description="Requests with wrong keys from each address; off."
    )
    smtps_port: int = Field(8465, ge=0, le=65_535, description="Port of SMTP under TLS; 0 for none.")
    submission_port: int = Field(8587, ge=0, le=65_535, description="Port of SMTP with STARTTLS; 0 for none.")
    imaps_port: int = Field(8993, ge=0, le=65_535, description="Port of IMAP under TLS; 0 for none.")
    pop3s_port: int = Field(8995, ge=0, le=65_535, description="Port of POP3 under TLS; 0 for none.")
    max_connections: int = Field(1000, ge=1, description="Connections at once; more are told 503.")
    url: str = Field("http://127.0.0.1:8025", description="The server that send, letters, show, … talk to.")
    api_key: SecretStr = Field(SecretStr(DEMO_KEY), description="The key that send, letters, show, … use.")

    @field_validator("start", mode="before")
    @classmethod
    def _instant(cls, value: object) -> object:
        try:
            return parse_instant(value) if isinstance(value, str) else value
        except MalformedInput as wrong:
            raise ValueError(wrong.detail) from None

    @field_validator("rate_limit", "wrong_key_limit")
    @classmethod
    def _rate(cls, value: str) -> str:
        try:
            return str(_rate(value) or _OFF)
        except MalformedInput as wrong:
            raise ValueError(f"{wrong.detail} Or write {_OFF}.") from None

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        return ",".join(str(ip_network(one)) for one in _split(value))

    @field_validator("smtp_relay")
    @classmethod
    def _relay(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            if value is not None:
                parse_relay(value.get_secret_value())
            return value
        except MalformedInput as wrong:
            raise ValueError(wrong.detail) from None

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str, info: ValidationInfo) -> str:
        given: SecretStr | None = info.data.get("smtp_relay")
        relay = parse_relay(given.get_secret_value()) if given is not None else None
        if not _ADDRESS.fullmatch(value):
            raise ValueError("write an e-mail address such as avis@sigillo.example")
        if relay is not None and not may_be_mailed(value, by_loopback=relay.is_loopback):
            raise ValueError("a relay that is not on this machine needs an address of yours to send from")
        return value

    @property
    def mail_relay(self) -> RelayAddress | None:
        """Give the relay that recipients' mail goes to, None where nothing is sent."""
        return None if self.smtp_relay is None else parse_relay(self.smtp_relay.get_secret_value())

    @property
    def networks(self) -> list[IPv4Network | IPv6Network]:
        """Give the private networks that sandboxes may send webhooks to."""
        return [ip_network(one) for one in _split(self.webhook_networks)]

    @property
    def key_rate(self) -> Rate | None:
        """Give how many requests each key may make, None for any number."""
        return _rate(self.rate_limit)

    @property
    def wrong_key_rate(self) -> Rate | None:
        """Give how many requests with wrong keys each address may make, None for any number."""
        return _rate(self.wrong_key_limit)

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the server."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def address(self) -> str:
        """Give the URL at which the server is reached from this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def shown(self) -> dict[str, str]:
        """Give every effective setting as text, secrets masked."""
        shown = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name == "smtp_relay":
                value = self.mail_relay.shown if self.mail_relay else None
            elif isinstance(value, SecretStr):
                value = f"{value.get_secret_value()[:8]}…"
            shown[name] = format_instant(value) if isinstance(value, datetime) else str(value)
        return shown


def _rate(text: str) -> Rate | None:
    return None if text.strip() == _OFF else Rate.parse(text)


def settings(**options: object) -> Settings:
    """Give the effective settings; options that are None are left to the environment and the defaults.

    Raises :class:`Invalid` naming every setting that is wrong and the variable that sets it.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as wrong:
        raise Invalid(FieldError(_name(e["loc"]), "bad_setting", e["msg"]) for e in wrong.errors()) from None


def _split(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _name(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else ""
    return f"--{name.replace('_', '-')} (SIGILLO_{name.upper()})"
