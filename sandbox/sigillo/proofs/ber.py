"""Signatures that others wrote in BER, with open lengths or unsorted sets, brought into the DER that is read here.

Java's libraries and streaming OpenSSL write so. Only the encoding changes: a signature is made over the DER of its
attributes (RFC 5652 §5.4), so that whoever checks it has to do the same.
"""

from __future__ import annotations

from asn1crypto import cms  # type: ignore[import-untyped]  # it ships no types

from sigillo.proofs.schemes import MalformedCms


def in_der(data: bytes) -> bytes:
    """Give a CMS ContentInfo in DER; raises MalformedCms."""
    try:
        encoded: bytes = cms.ContentInfo.load(data).dump(force=True)
    except Exception as error:
        raise MalformedCms(f"This is not a CMS signature in BER: {error}. Give the file as it was issued.") from error
    return encoded
