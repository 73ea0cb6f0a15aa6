"""A claim as an EN 319 522-3 evidence, not yet sealed.

What the schema has a place for stands there, in its order; the rest stands in one extension of our own namespace.
Elements that the schema declares globally are in its namespace, local ones are in none. Names of people and
companies are SAML attributes, as eIDAS names them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime
from html import escape
from typing import Final

from lxml import etree

from sigillo.domain.calendar import format_instant
from sigillo.domain.claims import Claim
from sigillo.domain.errors import MalformedInput
from sigillo.domain.letter import Recipient, Sender
from sigillo.proofs import policies

ERDS: Final = "http://uri.etsi.org/19522/v1#"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
CLAIM: Final = "urn:sigillo:claim:1"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
VERSION: Final = "EN319522v1.2.1"

POLICY: Final = f"urn:oid:{policies.EVIDENCE_POLICY.dotted_string}"
# Codes of our own, since the schema leaves them open: the names of ETSI's are not public (EN 319 522-2 §8.3.3).
REASON: Final = "urn:sigillo:reason:"
AUTHENTICATION: Final = "urn:sigillo:authentication:simulated"
SUBSTANTIAL: Final = "http://eidas.europa.eu/LoA/substantial"
LEGAL_NAME: Final = "http://eidas.europa.eu/attributes/legalperson/LegalName"
LEGAL_ID: Final = "http://eidas.europa.eu/attributes/legalperson/LegalPersonIdentifier"
# A whole name: eIDAS knows family and given names apart only, and a letter's parties are not split.
DISPLAY_NAME: Final = "urn:oid:2.16.840.1.113730.3.1.241"
EMAIL_SCHEME: Final = "email"
MANIFEST_NAME: Final = "content.json"

STATEMENT_EN: Final = (
    "Made by Sigillo, a SANDBOX, from simulated facts. Not a qualified service; this evidence has no legal value."
)
STATEMENT_FR: Final = (
    "Produit par Sigillo, un BAC À SABLE, à partir de faits simulés. Service non qualifié ; "
    "cette preuve n'a aucune valeur juridique."
)
STATEMENT_IT: Final = (
    "Prodotto da Sigillo, una SANDBOX, a partire da fatti simulati. Servizio non qualificato; "
    "questa prova non ha alcun valore legale."
)

_NAME_FORMAT: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
_PART_OF_ID: Final = re.compile(r"[A-Za-z0-9_.-]+", re.ASCII)


# The document as it is laid out; what varies is always escaped, by `_fill`.
_HEAD: Final = f"""\
<erds:Evidence xmlns:erds="{ERDS}" xmlns:ds="{DS}" xmlns:saml="{SAML}" xmlns:claim="{CLAIM}"
    version="{VERSION}" Id="{{id}}">
  <erds:EvidenceIdentifier>{{identifier}}</erds:EvidenceIdentifier>
  <erds:ERDSEventId>{{event}}</erds:ERDSEventId>
"""
_REASONS: Final = """\
  <erds:EventReasons>
    <erds:EventReason>
      <Code>{code}</Code>
      <Details>{details}</Details>
    </erds:EventReason>
  </erds:EventReasons>
"""
_ISSUER: Final = f"""\
  <EventTime>{{at}}</EventTime>
  <erds:EvidenceIssuerPolicyID>
    <PolicyID>{POLICY}</PolicyID>
  </erds:EvidenceIssuerPolicyID>
  <erds:EvidenceIssuerDetails>
    <erds:Identity>
      <saml:Attribute FriendlyName="LegalName" Name="{LEGAL_NAME}" NameFormat="{_NAME_FORMAT}">
        <saml:AttributeValue>{policies.ORGANIZATION}</saml:AttributeValue>
      </saml:Attribute>
      <saml:Attribute FriendlyName="LegalPersonIdentifier" Name="{LEGAL_ID}" NameFormat="{_NAME_FORMAT}">
        <saml:AttributeValue>{{legal_id}}</saml:AttributeValue>
      </saml:Attribute>
    </erds:Identity>
    <erds:CertificateDetails>
      <X509Certificate>{{certificate}}</X509Certificate>
    </erds:CertificateDetails>
  </erds:EvidenceIssuerDetails>
"""
_COMPANY: Final = f"""\
      <saml:Attribute FriendlyName="LegalName" Name="{LEGAL_NAME}" NameFormat="{_NAME_FORMAT}">
        <saml:AttributeValue>{{company}}</saml:AttributeValue>
      </saml:Attribute>
"""
_PERSON: Final = f"""\
      <saml:Attribute FriendlyName="displayName" Name="{DISPLAY_NAME}" NameFormat="{_NAME_FORMAT}">
        <saml:AttributeValue>{{name}}</saml:AttributeValue>
      </saml:Attribute>
    </erds:Identity>
    <Identifier IdentifierSchemeName="{EMAIL_SCHEME}">{{email}}</Identifier>
"""
_ASSURANCE: Final = f"""\
    <AssuranceLevelsDetails>
      <GlobalAssuranceLevel>
        <AssuranceLevel>{SUBSTANTIAL}</AssuranceLevel>
        <PolicyID>{POLICY}</PolicyID>
        <PolicyIDDetails>{{check}}</PolicyIDDetails>
      </GlobalAssuranceLevel>
      <erds:AuthenticationDetails>
        <AuthenticationTime>{{at}}</AuthenticationTime>
        <AuthenticationMethod>{AUTHENTICATION}</AuthenticationMethod>
      </erds:AuthenticationDetails>
    </AssuranceLevelsDetails>
"""
_SUBMISSION: Final = "  <erds:SubmissionTime>{at}</erds:SubmissionTime>\n"
_MESSAGE: Final = """\
  <EvidenceRefersToRecipient>1</EvidenceRefersToRecipient>
  <erds:MessageIdentifier>{number}</erds:MessageIdentifier>
  <erds:UserContentInfo>
    <ComposingParts>{count}</ComposingParts>
    <erds:PartsInfo>
"""
_PART: Final = f"""\
      <erds:PartInfo>
        <Identifier>{{name}}</Identifier>
        <ContentType>{{media_type}}</ContentType>
        <ds:DigestMethod Algorithm="{SHA256}"/>
        <ds:DigestValue>{{digest}}</ds:DigestValue>
      </erds:PartInfo>
"""
_PARTS_END: Final = "    </erds:PartsInfo>\n  </erds:UserContentInfo>\n"
_EXTENSION: Final = f"""\
  <erds:Extensions>
    <erds:Extension isCritical="false">
      <claim:Claim>
        <claim:Statement xml:lang="en">{STATEMENT_EN}</claim:Statement>
        <claim:Statement xml:lang="{{language}}">{{statement}}</claim:Statement>
"""
_EXTENSION_END: Final = "      </claim:Claim>\n    </erds:Extension>\n  </erds:Extensions>\n</erds:Evidence>"


def evidence_identifier(event_id: str) -> str:
    """Give the EvidenceIdentifier of a fact's evidence."""
    return f"urn:sigillo:evidence:{event_id}"


def evidence_id(event_id: str) -> str:
    """Give the XML Id of a fact's evidence; :class:`MalformedInput` when the event id cannot be part of one."""
    if not _PART_OF_ID.fullmatch(event_id):
        raise MalformedInput(f"{event_id[:60]!r} is not an event id: letters, digits, '_', '.' and '-' only.")
    return f"evidence-{event_id}"


def evidence(claim: Claim, *, certificate: bytes) -> etree._Element:
    """Give the evidence of a claim, indented; ``certificate`` is the DER of the seal it is going to bear.

    :class:`MalformedInput` when a text holds what XML 1.0 cannot: control characters, lone surrogates.
    """
    text = "".join(
        (
            _head(claim),
            _issuer(claim, certificate),
            _party("SenderDetails", claim.sender),
            _party("RecipientDetails", claim.recipient, _assurance(claim)),
            "" if claim.submitted_at is None else _fill(_SUBMISSION, at=format_instant(claim.submitted_at)),
            _content(claim),
            _extension(claim),
        )
    )
    try:
        return etree.fromstring(text.encode())
    except (ValueError, etree.XMLSyntaxError) as error:
        raise MalformedInput(f"The letter {claim.letter_id!r} has a text that XML cannot hold: {error}") from None


def _head(claim: Claim) -> str:
    identifier = evidence_identifier(claim.event_id)
    head = _fill(_HEAD, id=evidence_id(claim.event_id), identifier=identifier, event=claim.evidence_event)
    if claim.reason is None:
        return head
    return head + _fill(_REASONS, code=REASON + claim.kind.value, details=claim.reason)


def _issuer(claim: Claim, certificate: bytes) -> str:
    # XX is left to users by ISO 3166, so that the identifier is never a real company's.
    legal_id = f"XX/XX/SIGILLO-SANDBOX-{claim.workspace_id}"
    return _fill(_ISSUER, at=format_instant(claim.at), legal_id=legal_id, certificate=_base64(certificate))


def _party(tag: str, party: Sender | Recipient, assurance: str = "") -> str:
    company = "" if party.company is None else _fill(_COMPANY, company=party.company)
    person = _fill(_PERSON, name=party.name, email=party.email)
    return f"  <erds:{tag}>\n    <erds:Identity>\n{company}{person}{assurance}  </erds:{tag}>\n"


def _assurance(claim: Claim) -> str:
    """How the recipient was identified before the content was handed over (CPCE R. 53-1, eIDAS art. 44 1 c)."""
    if claim.identity_check is None:
        return ""
    return _fill(_ASSURANCE, check=claim.identity_check, at=format_instant(claim.at))


def _content(claim: Claim) -> str:
    """Each part's digest, and last the manifest's, which stands for all of the content."""
    message = _fill(_MESSAGE, number=claim.number, count=str(len(claim.parts) + 1))
    parts = [_part(part.name, part.media_type, part.sha256) for part in claim.parts]
    manifest = _part(MANIFEST_NAME, "application/json", claim.content_sha256)
    return "".join((message, *parts, manifest, _PARTS_END))


def _part(name: str, media_type: str, sha256: str) -> str:
    return _fill(_PART, name=name, media_type=media_type, digest=_base64(bytes.fromhex(sha256)))


def _extension(claim: Claim) -> str:
    fields = [
        f"        <claim:{tag}>{_escape(value)}</claim:{tag}>\n" for tag, value in _rest(claim) if value is not None
    ]
    language, statement = ("it", STATEMENT_IT) if claim.mail is not None else ("fr", STATEMENT_FR)
    extension = _EXTENSION.format(language=language, statement=statement)
    return "".join((extension, *fields, _EXTENSION_END))


def _rest(claim: Claim) -> tuple[tuple[str, str | None], ...]:
    """What the schema has no place for, by the names that :mod:`evidence_reading` reads."""
    return (
        ("Kind", claim.kind.value),
        ("Workspace", claim.workspace_id),
        ("Letter", claim.letter_id),
        ("Event", claim.event_id),
        ("Service", claim.service),
        ("ServiceTitle", claim.service_title),
        ("SimulatesQualified", "true" if claim.qualified else "false"),
        ("Number", claim.number),
        ("MessageId", claim.mail.message_id if claim.mail is not None else None),
        ("RecipientKind", claim.recipient.kind.value),
        ("Subject", claim.subject),
        ("ContentSha256", claim.content_sha256),
        ("CreatedAt", format_instant(claim.created_at)),
        ("ObtainedAt", _instant(claim.obtained_at)),
        ("NotifiedAt", _instant(claim.notified_at)),
        ("ExpiresAt", _instant(claim.expires_at)),
        ("NoticeSha256", claim.notice_sha256),
        ("IdentityCheck", claim.identity_check),
        ("FactDigest", claim.fact_digest),
        ("PreviousDigest", claim.previous_digest),
    )


def _fill(template: str, **values: str) -> str:
    return template.format(**{name: _escape(value) for name, value in values.items()})


def _escape(value: str) -> str:
    """A carriage return too, or the parser would make a line feed of it."""
    return value if value.isalnum() else escape(value).replace("\r", "&#13;")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else format_instant(at)


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")
