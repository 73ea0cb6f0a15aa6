"""PEC receipts written and signed, beside bare signatures over MIME of the same size laid by hand; one processor."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from struct import unpack_from

from sigillo.cli.bench.rounds import Goal, Row, Settings, Tell, interleave, rate
from sigillo.cli.bench.world import START
from sigillo.domain.pec.dialects import SIGILLO
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Office
from sigillo.domain.pec.notices import accepted
from sigillo.domain.workspace import Workspace
from sigillo.mail.pec.messages import write_notice
from sigillo.proofs.authority import build_authority
from sigillo.proofs.keys import sign
from sigillo.proofs.mail_signers import MailSigners

_MESSAGES = 1000
_INSTANTS = 17_000  # more than any cache keeps, so that none knows one of these receipts
_OFFICE = Office("pec.test", SIGILLO)
_WORKSPACE = Workspace("ws_bench", "bench", "bench")


def rows(settings: Settings, tell: Tell) -> Iterator[Row]:
    """Measure acceptances, each of another message at another instant.

    The floor signs as ours must, deterministically (RFC 6979), which takes a quarter longer than with random numbers.
    It stands twice: as anybody would write it, and with its base64 cut into lines by the fastest way known here.
    """
    measures = {
        "ours": lambda: rate(_receipts(), settings.sample_s),
        "floor": lambda: rate(_by_hand(_lines), settings.sample_s),
        "sharper floor": lambda: rate(_by_hand(_lines_at_once), settings.sample_s),
    }
    found = interleave(settings.rounds, measures, tell)
    what, floor = "PEC receipts written and signed, one core", "bare signatures over MIME laid by hand"
    yield Row("receipts", what, "/s", found["ours"], found["floor"], floor, Goal(0.5, of_floor=True), by_cpu=True)
    yield Row("receipts", what, "/s", found["ours"], found["sharper floor"], f"{floor}, cut at once", by_cpu=True)


def _receipts() -> Callable[[int], bytes]:
    sign_at = MailSigners().of(_WORKSPACE, _OFFICE)
    messages = [_message(number) for number in range(_MESSAGES)]
    instants = [START + timedelta(seconds=number) for number in range(_INSTANTS)]

    def write(number: int) -> bytes:
        at = instants[number % _INSTANTS]
        said = accepted(messages[number % _MESSAGES], _OFFICE, at=at)
        return write_notice(said, _OFFICE, message_id=f"a{number}@pec.test", sign=lambda data: sign_at(data, at))

    return write


def _by_hand(lines: Callable[[bytes], bytes]) -> Callable[[int], bytes]:
    """Give what puts a receipt together from fixed pieces and signs it: no CMS, no escapes, no folding.

    A receipt of ours tells the sizes of its text, its certification and its signature.
    """
    key = build_authority(sha256(b"bench").digest(), workspace_id="ws_bench").seal.key
    receipt = _receipts()(0)
    first, _, rest = receipt.partition(b'name="daticert.xml"')
    certification, _, signature = rest.partition(b'name="smime.p7s"')
    xml, cms = (b"x" * (len(part) * 3 // 4) for part in (certification, signature))

    def write(number: int) -> bytes:
        content = b"%s%d\r\n%s" % (first, number, lines(b64encode(b"%d%s" % (number, xml))))
        return b"Message-ID: <a%d>\r\n\r\n%s\r\n%s" % (number, content, lines(b64encode(cms + sign(key, content))))

    return write


def _lines(encoded: bytes) -> bytes:
    return b"\r\n".join([encoded[at : at + 76] for at in range(0, len(encoded), 76)])


def _lines_at_once(encoded: bytes) -> bytes:
    whole = len(encoded) // 76
    return b"\r\n".join((*unpack_from("76s" * whole, encoded), encoded[76 * whole :]))


def _message(number: int) -> Dispatch:
    return Dispatch(
        sender="mario.rossi@pec.test",
        recipients=(Addressee("anna.verdi@pec.test"),),
        subject=f"Diffida n. {number}",
        identifier=f"sigillo{number:012d}@pec.test",
        original_id=f"<{number}@studio.example>",
    )
