"""`sigillo`: the group of commands, each imported only when it is called, so that none pays for another."""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from sigillo import __version__
from sigillo.domain.errors import Invalid, SigilloError

# The name people type: its module and the command in it, and its line in `sigillo --help`.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "serve": ("sigillo.cli.serve:serve", "Start the server on this machine."),
        "demo": ("sigillo.cli.demo:demo", "Tell the whole story in seconds: every scenario, every proof, verified."),
        "verify": ("sigillo.cli.verify:verify", "Judge proofs and other signed documents, offline."),
        "send": ("sigillo.cli.client:send", "Send a letter through a running server."),
        "letters": ("sigillo.cli.client:letters", "List letters."),
        "show": ("sigillo.cli.client:show", "Show one letter and its history."),
        "advance": ("sigillo.cli.client:advance", "Let simulated time pass."),
        "proofs": ("sigillo.cli.client:proofs", "Download a letter's proofs."),
        "workspace": ("sigillo.cli.workspace:workspace", "Add workspaces and API keys to a data folder."),
        "config": ("sigillo.cli.settings:config", "Print the effective settings, secrets masked."),
        "spec": ("sigillo.cli.spec:spec", "Build or check the OpenAPI document."),
        "connectors": ("sigillo.cli.connectors:connectors", "Build or check the packages for no-code platforms."),
        "bench": ("sigillo.cli.bench:bench", "Measure, beside floors measured in the same run."),
    }
)


class _Commands(click.Group):
    """A group whose commands are found by name and imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        gc.disable()  # what is imported lives for ever: looking for garbage in it takes a tenth of the start
        try:
            command = getattr(import_module(module), name)
        finally:
            gc.freeze()
            gc.enable()
        assert isinstance(command, click.Command)  # the table above names commands only
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sigillo")
def cli() -> None:
    """Send registered mail that never leaves your machine: French LRE and ERE.

    Everything is a SANDBOX: nothing that it seals has legal value.
    """


def main() -> None:
    """Run `sigillo` and turn what goes wrong into a sentence and an exit status of 2."""
    try:
        sys.exit(cli(standalone_mode=False))
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except click.Abort:
        click.echo("\nStopped; what was done before is kept.", err=True)
        sys.exit(130)
    except SigilloError as wrong:
        click.echo(f"sigillo: {wrong.detail}", err=True)
        for error in wrong.errors if isinstance(wrong, Invalid) else ():
            click.echo(f"  {error.pointer or '/'}: {error.detail}", err=True)
        sys.exit(2)
