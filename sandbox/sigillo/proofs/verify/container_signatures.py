"""The signatures of an ASiC-E container, and the files that each of them covers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from sigillo.domain.errors import MalformedInput
from sigillo.domain.verdict import Check
from sigillo.proofs import hardened_xml as xml
from sigillo.proofs.asice_reading import AsiceContents, AsicManifest, Reference, read_manifest
from sigillo.proofs.reading import read_signed_data, read_token
from sigillo.proofs.timestamps import TST_INFO
from sigillo.proofs.verify.findings import FORMAT, INTEGRITY, about_entry, indeterminate, invalid, unreadable, valid
from sigillo.proofs.verify.material import Case, Document
from sigillo.proofs.verify.signatures import SignatureFinding, digest_of, judge_signature
from sigillo.proofs.verify.signer import Surroundings
from sigillo.proofs.verify.tokens import judge_token
from sigillo.proofs.verify.xml_algorithms import DIGEST_NAMES
from sigillo.proofs.verify.xml_signature import judge_xml_signature, signatures_in

_FOLDER = "META-INF/"


@dataclass(frozen=True, slots=True)
class Sealing:
    """One signature: its file, what was found, the entries it covers, and those whose digest does not fit."""

    name: str
    finding: SignatureFinding
    covered: tuple[str, ...]
    mismatches: tuple[Check, ...]

    @property
    def is_read(self) -> bool:
        """Tell whether it could be read to the end, so that ``covered`` is all that it covers."""
        return all(check.name != FORMAT for check in self.finding.checks)


def sealings(contents: AsiceContents, inner: Case) -> list[Sealing]:
    """Judge every signature of a container; ``inner`` is the case of its entries. Never raises for what they hold."""
    found = [_over_manifest(name, contents, inner) for name in contents.manifest_names]
    for name in contents.names:
        if name.startswith(_FOLDER) and "signatures" in name and name.endswith(".xml"):
            found += _xades(name, contents, inner)
    return found


def _over_manifest(name: str, contents: AsiceContents, inner: Case) -> Sealing:
    """A CAdES signature, or a token, over the bytes of an ASiCManifest (EN 319 162-1 §4.4.3)."""
    try:
        data = contents.read(name)
        manifest = read_manifest(data)
        finding = _judged(contents.read(manifest.signature_name), data, Surroundings(inner.trust))
    except MalformedInput as error:
        return _broken(name, error)
    mismatches = tuple(_mismatches(manifest, inner))
    covered = tuple(each.name for each in manifest.references)
    whole = valid(INTEGRITY, "files_ok", f"All {len(covered)} files are as they were sealed.")
    return Sealing(name, finding, covered, mismatches or (whole,))


def _judged(signature: bytes, data: bytes, around: Surroundings) -> SignatureFinding:
    parsed = read_signed_data(signature)
    if parsed.content_type != TST_INFO.dotted_string:
        return judge_signature(parsed, digest_of(data), around)
    found = judge_token(read_token(signature), digest_of(data), around)
    return SignatureFinding(found.checks, found.signer, None, found.at, found.signer)


def _mismatches(manifest: AsicManifest, inner: Case) -> Iterator[Check]:
    entries = {entry.name: entry for entry in inner.documents}
    for each in manifest.references:
        entry = entries.get(each.name)
        if entry is None:
            yield _missing(each.name)
        elif each.algorithm not in DIGEST_NAMES:
            yield indeterminate(INTEGRITY, "unsupported_algorithm", f"{each.name}: its digest's kind is not supported.")
        elif not _fits(entry, each):
            yield invalid(INTEGRITY, "digest_mismatch", f"{each.name} was changed after it was sealed.")


def _missing(name: str) -> Check:
    return invalid(INTEGRITY, "missing_entry", f"{name} was sealed and is no longer in the container.")


def _fits(entry: Document, reference: Reference) -> bool:
    try:
        return entry.digest(DIGEST_NAMES[reference.algorithm]) == reference.digest
    except MalformedInput:
        return False


def _xades(name: str, contents: AsiceContents, inner: Case) -> Iterator[Sealing]:
    """XAdES signatures that name the files themselves (EN 319 162-1 §4.4.2)."""
    try:
        data = contents.read(name)
        count = len(signatures_in(xml.parse(data, what="signature file")))
    except MalformedInput as error:
        yield _broken(name, error)
        return
    entries = {entry.name: entry for entry in inner.documents}
    for index in range(count):
        asked: list[str] = []

        def digest(uri: str, algorithm: str, asked: list[str] = asked) -> bytes | None:
            entry = entries.get(unquote(uri))
            asked.append(unquote(uri))
            return None if entry is None else entry.digest(algorithm)

        finding = judge_xml_signature(data, index, Surroundings(inner.trust), detached=digest)
        missing = tuple(_missing(uri) for uri in asked if uri not in entries)
        checks = tuple(check for check in finding.checks if not missing or check.code != "content_missing")
        yield Sealing(name, replace(finding, checks=checks), tuple(asked), missing)


def _broken(name: str, error: MalformedInput) -> Sealing:
    finding = SignatureFinding((about_entry(name, unreadable(error)),), None, None, None, None)
    return Sealing(name, finding, (), ())
