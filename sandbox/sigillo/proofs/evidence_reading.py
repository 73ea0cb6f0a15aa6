"""An EN 319 522-3 evidence, read into values; whether its seal holds is asked elsewhere.

Any provider's evidence is read; what stands in our own extension is there only in our own.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from sigillo.domain.calendar import parse_instant
from sigillo.domain.errors import MalformedInput
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.evidence import CLAIM, DISPLAY_NAME, DS, ERDS, LEGAL_NAME, SAML

_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """The evidence issuer, the sender or a recipient; None where the evidence does not say."""

    name: str | None
    company: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A part of the content; ``algorithm`` is the digest's XML-DSig URI, ``digest`` hex, both None without one."""

    name: str
    media_type: str
    algorithm: str | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class ReasonFacts:
    """Why: a URI and sentences."""

    code: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What our own extension says; the fields are those of :class:`sigillo.domain.claims.Claim`."""

    kind: str
    workspace_id: str
    letter_id: str
    event_id: str
    service: str
    service_title: str
    qualified: bool
    number: str
    recipient_kind: str
    subject: str
    content_sha256: str
    created_at: datetime
    obtained_at: datetime | None
    notified_at: datetime | None
    expires_at: datetime | None
    notice_sha256: str | None
    identity_check: str | None
    fact_digest: str
    previous_digest: str | None
    message_id: str | None
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What an evidence says. ``event`` is its URI; ``number`` the MessageIdentifier; ``sealed`` tells of a signature.

    ``claim`` is None in other providers' evidences.
    """

    identifier: str
    version: str
    event: str
    at: datetime
    reasons: tuple[ReasonFacts, ...]
    policies: tuple[str, ...]
    issuer: PartyFacts
    sender: PartyFacts
    recipients: tuple[PartyFacts, ...]
    submitted_at: datetime | None
    number: str | None
    parts: tuple[PartFacts, ...]
    claim: ClaimFacts | None
    sealed: bool


def read_evidence(data: bytes) -> EvidenceFacts:
    """Read an evidence document of at most 2 MiB, sealed or not; :class:`MalformedInput` when it is none."""
    return evidence_facts(xml.parse(data, what="evidence"))


def evidence_facts(root: etree._Element) -> EvidenceFacts:
    """Read a parsed evidence; :class:`MalformedInput` when the element is none."""
    if root.tag != f"{{{ERDS}}}Evidence":
        raise MalformedInput(f"The root is {root.tag!r}, not an Evidence of {ERDS}.")
    submitted = xml.optional_text(root, _erds("SubmissionTime"))
    return EvidenceFacts(
        identifier=xml.required_text(root, _erds("EvidenceIdentifier")),
        version=root.get("version", ""),
        event=xml.required_text(root, _erds("ERDSEventId")),
        at=parse_instant(xml.required_text(root, "EventTime")),
        reasons=_reasons(root),
        policies=_policies(root),
        issuer=_party(xml.required(root, _erds("EvidenceIssuerDetails"))),
        sender=_party(xml.required(root, _erds("SenderDetails"))),
        recipients=tuple(_party(found) for found in xml.children(root, _erds("RecipientDetails"))),
        submitted_at=None if submitted is None else parse_instant(submitted),
        number=xml.optional_text(root, _erds("MessageIdentifier")),
        parts=_parts(root),
        claim=_claim(root),
        sealed=xml.optional(root, f"{{{DS}}}Signature") is not None,
    )


def _reasons(root: etree._Element) -> tuple[ReasonFacts, ...]:
    reasons = xml.optional(root, _erds("EventReasons"))
    if reasons is None:
        return ()
    return tuple(
        ReasonFacts(xml.required_text(found, "Code"), tuple(xml.text(each) for each in xml.children(found, "Details")))
        for found in xml.children(reasons, _erds("EventReason"))
    )


def _policies(root: etree._Element) -> tuple[str, ...]:
    found = xml.optional(root, _erds("EvidenceIssuerPolicyID"))
    return () if found is None else tuple(xml.text(policy) for policy in xml.children(found, "PolicyID"))


def _party(details: etree._Element) -> PartyFacts:
    names = _attributes(details)
    return PartyFacts(
        name=names.get(DISPLAY_NAME),
        company=names.get(LEGAL_NAME),
        email=xml.optional_text(details, "Identifier"),
    )


def _attributes(details: etree._Element) -> dict[str, str]:
    """The first value of each simple attribute, by name; other providers may give structured ones."""
    identity = xml.optional(details, _erds("Identity"))
    found: dict[str, str] = {}
    for attribute in [] if identity is None else xml.children(identity, f"{{{SAML}}}Attribute"):
        values = xml.children(attribute, f"{{{SAML}}}AttributeValue")
        if values and not len(values[0]):
            found.setdefault(attribute.get("Name", ""), xml.text(values[0]))
    return found


def _parts(root: etree._Element) -> tuple[PartFacts, ...]:
    info = xml.optional(root, _erds("UserContentInfo"))
    if info is None:
        return ()
    return tuple(_part(found) for found in xml.children(xml.required(info, _erds("PartsInfo")), _erds("PartInfo")))


def _part(part: etree._Element) -> PartFacts:
    method = xml.optional(part, f"{{{DS}}}DigestMethod")
    value = xml.optional_text(part, f"{{{DS}}}DigestValue")
    return PartFacts(
        name=xml.required_text(part, "Identifier"),
        media_type=xml.required_text(part, "ContentType"),
        algorithm=None if method is None else method.get("Algorithm"),
        digest=None if value is None else digest_value(value).hex(),
    )


def digest_value(text: str) -> bytes:
    """Decode a ds:DigestValue; :class:`MalformedInput` when it is not base64."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise MalformedInput(f"A DigestValue is not base64: {text[:60]!r}.") from None


def _claim(root: etree._Element) -> ClaimFacts | None:
    extensions = xml.optional(root, _erds("Extensions"))
    found = [] if extensions is None else list(extensions.iter(f"{{{CLAIM}}}Claim"))
    if not found:
        return None
    if len(found) > 1:
        raise MalformedInput(f"Line {found[1].sourceline}: a second Claim; an evidence attests one fact.")
    return _claim_facts(found[0])


def _claim_facts(body: etree._Element) -> ClaimFacts:
    def required(name: str) -> str:
        return xml.required_text(body, f"{{{CLAIM}}}{name}")

    def optional(name: str) -> str | None:
        return xml.optional_text(body, f"{{{CLAIM}}}{name}")

    def instant(name: str) -> datetime | None:
        value = optional(name)
        return None if value is None else parse_instant(value)

    return ClaimFacts(
        kind=required("Kind"),
        workspace_id=required("Workspace"),
        letter_id=required("Letter"),
        event_id=required("Event"),
        service=required("Service"),
        service_title=required("ServiceTitle"),
        qualified=_truth(required("SimulatesQualified")),
        number=required("Number"),
        recipient_kind=required("RecipientKind"),
        subject=required("Subject"),
        content_sha256=required("ContentSha256"),
        created_at=parse_instant(required("CreatedAt")),
        obtained_at=instant("ObtainedAt"),
        notified_at=instant("NotifiedAt"),
        expires_at=instant("ExpiresAt"),
        notice_sha256=optional("NoticeSha256"),
        identity_check=optional("IdentityCheck"),
        fact_digest=required("FactDigest"),
        previous_digest=optional("PreviousDigest"),
        message_id=optional("MessageId"),
        statements=tuple(xml.text(found) for found in xml.children(body, f"{{{CLAIM}}}Statement")),
    )


def _truth(value: str) -> bool:
    if value not in _TRUTHS:
        raise MalformedInput(f"SimulatesQualified is {value[:20]!r}; it is true or false.")
    return _TRUTHS[value]


def _erds(name: str) -> str:
    return f"{{{ERDS}}}{name}"
