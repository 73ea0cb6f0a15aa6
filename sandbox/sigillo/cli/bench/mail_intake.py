"""Messages handed in over SMTP: ours against a data folder, under TLS, beside aiosmtpd as a bare sink in the clear.

What is ours makes a letter of each message, examined by the rules of PEC, kept with its rows and its file; receipts are
written when somebody reads them. The sink throws each message away: it is what the protocol alone costs in Python.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sigillo.cli.bench.apart import apart
from sigillo.cli.bench.mail_world import ADDRESS, PASSWORD, TO, furnished, message
from sigillo.cli.bench.rounds import Goal, Row, Sample, Settings, Tell, interleave
from sigillo.cli.bench.servers import free_port, mail_server
from sigillo.cli.bench.smtp_load import CONNECTIONS, submit

_SHARE = 50  # letters of `advance` for one message here
_SINK = Path(__file__).with_name("bare_sink.py")


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure how many messages a second are taken."""
    messages = [message(number) for number in range(max(settings.letters // _SHARE, 20))]
    with TemporaryDirectory(prefix="sigillo-bench-") as name:
        tell("making a mailbox")
        apart(furnished, Path(name), 0)
        with mail_server(Path(name), "smtps") as port, _sink() as sink:
            measures = {"ours": partial(_sample, messages, port=port, password=PASSWORD)}
            if sink is not None:
                measures["sink"] = partial(_sample, messages, port=sink, password=None)
            for measure in measures.values():
                measure()
            found = interleave(settings.rounds, measures, tell)
    what = f"{len(messages):,} messages of {len(messages[0]) / 1000:.1f} kB, {CONNECTIONS} connections, TLS"
    note = "" if "sink" in found else "aiosmtpd is not installed: no peer"
    name = "aiosmtpd, a sink without TLS" if "sink" in found else ""
    yield Row("mail-intake", what, "/s", found["ours"], found.get("sink", ()), name, Goal(900.0), note=note)


def _sample(messages: list[bytes], *, port: int, password: str | None) -> Sample:
    return Sample(apart(submit, port, messages, sender=ADDRESS, to=TO, password=password))


@contextmanager
def _sink() -> Iterator[int | None]:
    """Run the sink until the block ends; gives its port, None where aiosmtpd is not installed."""
    if find_spec("aiosmtpd") is None:
        yield None
        return
    port = free_port()
    with subprocess.Popen([sys.executable, str(_SINK), str(port)], stdout=subprocess.PIPE) as process:  # noqa: S603 -- this interpreter and our own file
        try:
            assert process.stdout is not None and process.stdout.readline() == b"ready\n"
            yield port
        finally:
            process.kill()
