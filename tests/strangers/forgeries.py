"""Tampered copies of genuine proofs: where each differs, and only there, a stranger must see it."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Final
from urllib.parse import quote
from zipfile import ZIP_STORED, ZipFile

from asn1crypto import cms
from lxml import etree

from tests.strangers.letters import FORMS, PROOFS, Proof

MANIFEST: Final = "META-INF/ASiCManifest001.xml"
SEAL: Final = "META-INF/signature001.p7s"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"


class Tamper(StrEnum):
    """What was done to a file."""

    CONTENT = "content"  # one bit of what is signed
    SIGNATURE = "signature"  # one bit of the signature value
    SWAP = "swap"  # a genuine signature over another content


def write_forgeries(proofs: Path, folder: Path) -> None:
    """Write a folder per tampering, each laid out as the folder of genuine proofs."""
    for tamper in Tamper:
        for proof in PROOFS:
            for form in FORMS:
                path = proof.file(folder / tamper / form, form)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_forged(proofs, proof, form, tamper))
                if form == "tst":  # what a token is about stands beside it
                    _write_data(proofs, proof, path, tamper)


def embedded_signature(pdf: bytes) -> tuple[bytes, bytes]:
    """Give a PDF's CMS, without its padding, and the bytes that the byte range covers."""
    before, after, length = byte_range(pdf)
    contents = bytes.fromhex(pdf[before + 1 : after - 1].decode())
    der = cms.ContentInfo.load(contents).dump()
    return der, pdf[:before] + pdf[after : after + length]


def signature_value(der: bytes) -> bytes:
    """Give the signature value of the one signer of a CMS."""
    value: bytes = cms.ContentInfo.load(der)["content"]["signer_infos"][0]["signature"].native
    return value


def flipped(data: bytes, position: int) -> bytes:
    """Flip the lowest bit of one byte."""
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def repacked(container: bytes, changes: dict[str, bytes]) -> bytes:
    """Give a container with other bytes under some of its names, all else as it was."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(container)) as source, ZipFile(target, "w", ZIP_STORED) as copy:
        for info in source.infolist():
            copy.writestr(info, changes.get(info.filename, source.read(info)))
    return target.getvalue()


def _forged(proofs: Path, proof: Proof, form: str, tamper: Tamper) -> bytes:
    genuine = proof.file(proofs, form).read_bytes()
    other = proof.counterpart.file(proofs, form).read_bytes()
    makers: dict[str, Callable[[bytes, bytes, Tamper], bytes]] = {
        "pdf": _pdf,
        "xml": _xml,
        "tst": _tst,
        "asice": partial(_asice, f"content/{proof.content}"),
    }
    return makers[form](genuine, other, tamper)


def _write_data(proofs: Path, proof: Proof, token: Path, tamper: Tamper) -> None:
    data = token.with_suffix(".xml")
    copyfile(proof.file(proofs, "xml"), data)
    if tamper is Tamper.CONTENT:
        data.write_bytes(flipped(data.read_bytes(), data.stat().st_size // 2))


def _pdf(genuine: bytes, other: bytes, tamper: Tamper) -> bytes:
    before, after, _ = byte_range(genuine)
    if tamper is Tamper.CONTENT:
        longest = max(re.finditer(rb"\bstream\r?\n.*?endstream", genuine[:before], re.DOTALL), key=lambda m: len(m[0]))
        return flipped(genuine, sum(longest.span()) // 2)
    if tamper is Tamper.SIGNATURE:
        contents = _with_flipped_signature(bytes.fromhex(genuine[before + 1 : after - 1].decode()))
        return genuine[: before + 1] + contents.hex().encode() + genuine[after - 1 :]
    theirs = slice(*byte_range(other)[:2])
    assert len(other[theirs]) == after - before
    return genuine[:before] + other[theirs] + genuine[after:]


def _xml(genuine: bytes, other: bytes, tamper: Tamper) -> bytes:
    if tamper is Tamper.CONTENT:
        return flipped(genuine, genuine.index(b"<claim:ContentSha256>") + len("<claim:ContentSha256>"))
    if tamper is Tamper.SIGNATURE:
        start = re.search(rb"<ds:SignatureValue[^>]*>", genuine)
        assert start is not None
        letter = genuine[start.end() : start.end() + 1]
        return genuine[: start.end()] + (b"B" if letter == b"A" else b"A") + genuine[start.end() + 1 :]
    # Our signature in the other's evidence.
    root, theirs = etree.fromstring(genuine), etree.fromstring(other)
    theirs.replace(theirs.find(f"{{{DS}}}Signature"), root.find(f"{{{DS}}}Signature"))
    return etree.tostring(theirs, encoding="UTF-8", xml_declaration=True)


def _tst(genuine: bytes, other: bytes, tamper: Tamper) -> bytes:
    tokens = {
        Tamper.CONTENT: genuine,  # here the data is another
        Tamper.SIGNATURE: flipped(genuine, genuine.rindex(signature_value(genuine)[-8:]) + 4),
        Tamper.SWAP: other,
    }
    return tokens[tamper]


def _asice(name: str, genuine: bytes, other: bytes, tamper: Tamper) -> bytes:
    with ZipFile(io.BytesIO(genuine)) as ours, ZipFile(io.BytesIO(other)) as theirs:
        if tamper is Tamper.CONTENT:
            content = ours.read(name)
            return repacked(genuine, {name: flipped(content, len(content) // 2)})
        if tamper is Tamper.SIGNATURE:
            return repacked(genuine, {SEAL: _with_flipped_signature(ours.read(SEAL))})
        # The other letter's content with its right digest in the manifest: only the seal can tell.
        content = theirs.read(name)
        old, new = (b64encode(sha256(each).digest()) for each in (ours.read(name), content))
        manifest = ours.read(MANIFEST)
        assert quote(name).encode() in manifest
        assert manifest.count(old) == 1
        return repacked(genuine, {name: content, MANIFEST: manifest.replace(old, new)})


def _with_flipped_signature(der: bytes) -> bytes:
    value = signature_value(der)
    assert der.count(value) == 1
    return flipped(der, der.index(value) + len(value) - 4)


def byte_range(pdf: bytes) -> tuple[int, int, int]:
    """Where the Contents begin and end, and how many bytes follow them under the signature."""
    found = re.search(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf)
    assert found is not None
    before, after, length = map(int, found.groups())
    return before, after, length
