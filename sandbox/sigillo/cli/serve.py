"""`sigillo serve`: the server, on this machine."""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import uvicorn

from sigillo.api.app import Beside, create_app
from sigillo.api.connection import Patience, server_config
from sigillo.api.rate_limits import Limits
from sigillo.application.sandbox import Sandbox
from sigillo.bootstrap import build, build_mail_faces
from sigillo.cli.api_keys import new_api_key
from sigillo.cli.mail_ports import MailPorts, open_mail_ports
from sigillo.cli.memory import return_large_blocks
from sigillo.config import DEFAULT_SEED, DEMO_KEY, Settings, settings
from sigillo.domain.api_key import ApiKey
from sigillo.domain.relay import RelayAddress
from sigillo.domain.workspace import workspace_id

_FIRST = "demo"
_FIRST_TRY = """\
curl -s {url}/v1/letters -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -d '
{{"service": "lre", "subject": "Mise en demeure", "content": "Bonjour,",
 "recipient": {{"kind": "professional", "name": "Anne Durand", "email": "accept@lre.test"}}}}'"""


@dataclass(frozen=True, slots=True)
class Opened:
    """A sandbox ready to serve, and the key that opens its first workspace.

    ``key`` is None where one was made at an earlier start: ``known`` are those that may do everything, newest first.
    """

    sandbox: Sandbox
    key: str | None
    known: Sequence[ApiKey] = ()


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.  [default: 8025]")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder.  [default: data]")
@click.option("--memory", is_flag=True, default=None, help="Keep everything in memory, in place of a data folder.")
@click.option("--seed", help="Seed of the first workspace: ids, numbers, keys and fates follow from it.")
@click.option("--start", metavar="INSTANT", help="Where its clock begins, e.g. 2026-03-01T09:00:00Z.")
@click.option("--speed", type=float, help="Let the clock run: 1 is real time, 1440 a day a minute, 0 frozen.")
@click.option("--public-url", help="Where people reach this server; printed on proofs as the verification page.")
@click.option("--smtps-port", type=int, help="Port of SMTP under TLS, 0 for none.  [default: 8465]")
@click.option("--submission-port", type=int, help="Port of SMTP with STARTTLS, 0 for none.  [default: 8587]")
@click.option("--imaps-port", type=int, help="Port of IMAP under TLS, 0 for none.  [default: 8993]")
@click.option("--pop3s-port", type=int, help="Port of POP3 under TLS, 0 for none.  [default: 8995]")
@click.option("--verbose", is_flag=True, help="One line per request.")
def serve(verbose: bool, **options: object) -> None:
    """Start the sandbox: the API, its document, the verification pages and the mail servers, in one process.

    Bound to loopback it opens with the key sk_test_demo. Bound to anything else that key is refused; where the first
    workspace has no other that may do everything, one is made and printed, this once.
    """
    return_large_blocks()
    chosen = settings(**options)
    _log(verbose=verbose)
    with _listening(chosen) as listener:
        bound = chosen.model_copy(update={"port": listener.getsockname()[1]})
        mail = open_mail_ports(bound)
        opened = open_sandbox(bound)
        app = create_app(
            opened.sandbox,
            public_url=bound.public_url or bound.address,
            refused_keys=_refused(bound),
            limits=Limits(per_key=bound.key_rate, wrong_keys=bound.wrong_key_rate),
            faces=mail.faces,
            beside=[_mail_servers(opened.sandbox, bound, mail)] if mail.listeners else (),
        )
        announce(bound, opened.key, opened.known, mail=mail)
        patience = Patience(connections=bound.max_connections)
        try:
            uvicorn.Server(server_config(app, patience=patience)).run(sockets=[listener])
        finally:
            opened.sandbox.close()


def _listening(chosen: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((chosen.host, chosen.port))
    except OSError as taken:
        listener.close()
        detail = f"Cannot listen on {chosen.host}:{chosen.port} ({taken.strerror}); name another with --port."
        raise click.ClickException(detail) from None
    return listener


def open_sandbox(chosen: Settings) -> Opened:
    """Build the sandbox of the settings with its first workspace, and a key to it where there is none that is good."""
    public_url = chosen.public_url or chosen.address
    data = None if chosen.memory else chosen.data
    sandbox = build(
        data=data,
        public_url=public_url,
        mail_from=chosen.mail_from,
        mail_relay=chosen.mail_relay,
        webhook_networks=chosen.networks,
    )
    first = workspace_id(chosen.seed, _FIRST)
    known = () if chosen.is_loopback else _known(sandbox, first, _refused(chosen))
    key = None if known else DEMO_KEY if chosen.is_loopback else new_api_key()
    if key is not None:
        sandbox.workspaces.ensure(_FIRST, seed=chosen.seed, key=key, start=chosen.start)
    if chosen.speed is not None:
        sandbox.simulation.set_speed(first, chosen.speed)
    return Opened(sandbox, key, known)


def _refused(chosen: Settings) -> frozenset[str]:
    """Give the keys that open nothing: where others reach the server, the one that everybody knows."""
    return frozenset() if chosen.is_loopback else frozenset({DEMO_KEY})


def _known(sandbox: Sandbox, first: str, refused: frozenset[str]) -> Sequence[ApiKey]:
    there = first in {workspace.id for workspace in sandbox.store.workspaces()}
    return sandbox.keys.managing(first, refused=refused) if there else ()


def _mail_servers(sandbox: Sandbox, chosen: Settings, mail: MailPorts) -> Beside:
    first = workspace_id(chosen.seed, _FIRST)
    return build_mail_faces(sandbox, first, listeners=mail.listeners, names=mail.names).run


def announce(chosen: Settings, key: str | None, known: Sequence[ApiKey] = (), *, mail: MailPorts | None = None) -> None:
    """Print where the server is, the key or those known, what to know and the first thing to try."""
    kept = "in memory" if chosen.memory else f"in {chosen.data.resolve()}"
    click.echo(f"Sigillo SANDBOX at {chosen.address}, kept {kept}. Nothing that it seals has legal value.")
    click.echo(f"API        {chosen.address}/v1    read and try it: {chosen.address}/docs")
    click.echo(f"Document   {chosen.address}/openapi.json, /openapi.yaml")
    click.echo(f"API key    {key or _earlier(known)}")
    if key is None:
        click.echo("           Lost? Start once on 127.0.0.1: there sk_test_demo may POST /v1/api-keys.")
    if not chosen.is_loopback and chosen.seed == DEFAULT_SEED:
        click.echo(
            f"Seed       {DEFAULT_SEED!r}, which everybody knows: recipients' links and webhook secrets follow from it."
        )
        click.echo("           Name one of your own with --seed and a new data folder.")
    click.echo(f"Mail       {_mail(chosen.mail_relay)}")
    if mail is not None:
        click.echo(f"PEC        {mail.shown}")
    click.echo(f"First try:\n{_FIRST_TRY.format(url=chosen.address, key=key or 'YOUR_KEY')}", nl=True)
    click.echo("Stop with Ctrl-C; nothing is lost.")


def _earlier(known: Sequence[ApiKey]) -> str:
    """Name the newest key that is good, by what may be shown of it."""
    newest, *others = known
    starts = f", {newest.starts}…" if newest.starts else ""
    more = f"; {len(others)} more may do everything" if others else ""
    return f"the one made before, {newest.name!r}{starts}: it is shown no second time{more}"


def _mail(relay: RelayAddress | None) -> str:
    """Say where what recipients receive goes."""
    if relay is None:
        return "not sent; read it at /v1/outgoing-mail, or name a mail server with SIGILLO_SMTP_RELAY"
    whom = "to anybody" if relay.is_loopback else "but never to .test and other reserved names"
    return f"sent over {relay.shown}, {whom}"


def _log(*, verbose: bool) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(name)s %(message)s")
