"""A provider's whole post for the tests: every kind of message in every dialect, from one authority."""

from __future__ import annotations

from base64 import encodebytes
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Final

from sigillo.domain.pec import notices
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.dispatch import Addressee, Dispatch, Office, Role
from sigillo.domain.pec.notices import Deadline, Failure
from sigillo.mail.pec.messages import Sign, write_anomaly, write_notice, write_transport
from sigillo.mail.pec.original import with_identifier
from sigillo.proofs import cms
from sigillo.proofs.authority import Authority, Identity, build_authority, issue_leaf, mail_provider
from sigillo.proofs.cades import sign_mail

AT: Final = datetime(2026, 7, 1, 9, 30, 15, tzinfo=UTC)
SEED: Final = b"a seed for post"
DOMAIN: Final = "pec.test"
ANNA: Final = Addressee("anna@pec.test")
CARLA: Final = Addressee("carla@example.com", Role.CC, is_certified=False)
DISPATCH: Final = Dispatch(
    sender="mario@pec.test",
    recipients=(ANNA, CARLA),
    subject='Diffida n. 3 – è <urgente> & "dovuta"',
    identifier="sigillo000000000007@pec.test",
    original_id="<abc.123@studio.example>",
)
PDF: Final = b"%PDF-1.4 a contract\n" * 20
MESSAGE: Final = (
    b"Received: from studio.example\r\n\tby pec.test; Wed, 1 Jul 2026 11:30:00 +0200\r\n"
    b"From: Mario Rossi <mario@pec.test>\nTo: Anna <anna@pec.test>\nCc: carla@example.com\n"
    b"Message-ID: <abc.123@studio.example>\nSubject: Diffida\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/mixed; boundary="inside"\n\n'
    b"preamble\n--inside\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    + "Perché no? Cordiali saluti\n".encode()
    + b"--inside\nContent-Type: application/pdf; name*=utf-8''per%C3%B2.pdf\nContent-Transfer-Encoding: base64\n"
    b'Content-Disposition: attachment; filename="contract.pdf"\n\n' + encodebytes(PDF) + b"--inside--\n"
)


@dataclass(frozen=True, slots=True)
class Post:
    """A provider that signs: its office, certificate, and the authority above."""

    office: Office
    authority: Authority
    identity: Identity

    @property
    def sign(self) -> Sign:
        """Signs bytes at AT."""
        by = cms.signer(self.identity.key, (self.identity.cert, self.authority.issuing.cert))
        return lambda content: sign_mail(by, content, at=AT)

    def messages(self, dispatch: Dispatch = DISPATCH, message: bytes = MESSAGE) -> dict[str, bytes]:
        """Every kind of message about one dispatch, by a name."""
        original = with_identifier(message, dispatch.identifier, original_id=dispatch.original_id)
        made = {name: self._notice(name, said, original) for name, said in _said(dispatch, self.office).items()}
        envelope = notices.transported(dispatch, self.office, at=AT)
        anomaly = notices.anomalous(dispatch, self.office, at=AT, error="messaggio non certificato")
        made["transport"] = write_transport(envelope, self.office, original=original, sign=self.sign)
        made["anomaly"] = write_anomaly(anomaly, self.office, original=message, sign=self.sign)
        return made

    def _notice(self, name: str, said: notices.Certification, original: bytes) -> bytes:
        to = f"servizio@{DOMAIN}" if name in ("taken", "virus-detected") else None
        message_id = f"{name}@{DOMAIN}"
        return write_notice(said, self.office, message_id=message_id, sign=self.sign, to=to, original=original)


NAMES: Final = (
    *("accepted", "refused", "refused-virus", "taken", "complete", "brief", "concise", "copied"),
    *("no-mailbox", "no-domain", "full", "virus", "12h", "24h", "virus-detected", "transport", "anomaly"),
)


def _said(dispatch: Dispatch, by: Office) -> dict[str, notices.Certification]:
    asked = {name: replace(dispatch, receipt_type=kind) for name, kind in _TYPES.items()}
    said = {name: notices.delivered(each, by, at=AT, recipient=ANNA) for name, each in asked.items()}
    said["copied"] = notices.delivered(dispatch, by, at=AT, recipient=CARLA)
    said["accepted"] = notices.accepted(dispatch, by, at=AT)
    said["refused"] = notices.refused(dispatch, by, at=AT, error="destinatari in copia nascosta")
    said["refused-virus"] = notices.refused(dispatch, by, at=AT, error="EICAR-Test", is_virus=True)
    said["taken"] = notices.taken_in_charge(dispatch, by, at=AT, recipients=(ANNA,))
    for name, failure in _FAILURES.items():
        said[name] = notices.undelivered(dispatch, by, at=AT, recipient=ANNA, failure=failure)
    for deadline in Deadline:
        said[deadline.value] = notices.delayed(dispatch, by, at=AT, recipient=ANNA, deadline=deadline)
    said["virus-detected"] = notices.virus_detected(dispatch, by, at=AT, recipient=ANNA, virus="EICAR-Test")
    return said


_TYPES: Final = {"complete": ReceiptType.COMPLETE, "brief": ReceiptType.BRIEF, "concise": ReceiptType.CONCISE}
_FAILURES: Final = {
    "no-mailbox": Failure.UNKNOWN_MAILBOX,
    "no-domain": Failure.UNKNOWN_DOMAIN,
    "full": Failure.FULL_MAILBOX,
    "virus": Failure.VIRUS,
}


@cache
def post(dialect: str = "sigillo", domain: str = DOMAIN) -> Post:
    """The post of a provider that speaks a dialect."""
    authority = build_authority(SEED, workspace_id="ws_post")
    office = Office(domain, DIALECTS[dialect])
    identity = issue_leaf(authority.issuing, mail_provider(office.address), seed=SEED, workspace_id="ws_post")
    return Post(office, authority, identity)


@cache
def messages(dialect: str = "sigillo") -> dict[str, bytes]:
    """Every kind of message in a dialect, made once."""
    return post(dialect).messages()
