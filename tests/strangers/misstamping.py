"""Seals with a genuine timestamp of another seal: no signature covers it, so only who judges timestamps can tell."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from asn1crypto import cms

from tests.strangers.forgeries import SEAL, byte_range, embedded_signature, repacked
from tests.strangers.letters import PROOFS

_XML_TOKEN: Final = re.compile(rb"<xades:EncapsulatedTimeStamp>[^<]*</xades:EncapsulatedTimeStamp>")


def timestamp_token(der: bytes) -> bytes:
    """Give the signature timestamp of a CMS."""
    token: bytes = _unsigned(cms.ContentInfo.load(der))["values"][0].dump()
    return token


def write_misstamped(proofs: Path, folder: Path) -> None:
    """Write a copy of each proof that has the timestamp of its counterpart."""
    for proof in PROOFS:
        for form, maker in _MAKERS.items():
            path = proof.file(folder, form)
            path.parent.mkdir(parents=True, exist_ok=True)
            ours, theirs = (each.file(proofs, form).read_bytes() for each in (proof, proof.counterpart))
            path.write_bytes(maker(ours, theirs))


def _cms(ours: bytes, theirs: bytes) -> bytes:
    content = cms.ContentInfo.load(ours)
    token = cms.ContentInfo.load(timestamp_token(theirs))
    stamp = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})
    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([stamp])
    changed: bytes = content.dump()
    return changed


def _unsigned(content: cms.ContentInfo) -> cms.CMSAttribute:
    (attribute,) = content["content"]["signer_infos"][0]["unsigned_attrs"]
    return attribute


def _pdf(ours: bytes, theirs: bytes) -> bytes:
    before, after, _ = byte_range(ours)
    changed = _cms(embedded_signature(ours)[0], embedded_signature(theirs)[0])
    return ours[: before + 1] + changed.hex().encode().ljust(after - before - 2, b"0") + ours[after - 1 :]


def _xml(ours: bytes, theirs: bytes) -> bytes:
    token = _XML_TOKEN.search(theirs)
    assert token is not None
    changed, count = _XML_TOKEN.subn(token[0], ours)
    assert count == 1
    return changed


def _asice(ours: bytes, theirs: bytes) -> bytes:
    seals = []
    for container in (ours, theirs):
        with ZipFile(io.BytesIO(container)) as opened:
            seals.append(opened.read(SEAL))
    return repacked(ours, {SEAL: _cms(*seals)})


_MAKERS: Final[dict[str, Callable[[bytes, bytes], bytes]]] = {"pdf": _pdf, "xml": _xml, "asice": _asice}
MISSTAMPED_FORMS: Final = tuple(_MAKERS)
