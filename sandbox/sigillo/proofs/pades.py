"""PAdES baseline B-LT signatures (EN 319 142-1 §6), in one revision and one pass.

1. The page is read, and one incremental update begins: what the page was stays a prefix of what is signed.
2. The validation material goes in first. It is all known beforehand (the chain and its revocation lists, for the
   seal and for the timestamp alike), so the signature covers its own Document Security Store.
3. An invisible field and its signature dictionary: ETSI.CAdES.detached, ``/M`` the instant, certified with no
   further changes allowed (ISO 32000-1 §12.8.2.2).
4. The update is written with room for the signature, and all but that room is digested.
5. A CAdES B-T signature of the digest, without signing-time (``/M`` has it), fills the room.

pyHanko writes the PDF; the signature is :mod:`sigillo.proofs.cades`'s.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from sigillo.domain.errors import MalformedInput
from sigillo.proofs import cades
from sigillo.proofs.authority import Authority

_DIGEST: Final = "sha256"
_ID_BYTES: Final = 16
# Signature, token and four certificates make about 3,900 bytes; the room is counted in hexadecimal digits.
_ROOM_BYTES: Final = 4608


def sign_pdf(pdf: bytes, authority: Authority, *, at: datetime, reason: str, field_name: str) -> bytes:
    """Seal a PDF; gives PAdES-B-LT with a timestamp of ``at``, which is aware and has whole milliseconds.

    ``reason`` is what a reader shows beside the signature. The same arguments give the same bytes.
    MalformedInput when the bytes are not a PDF that can be extended.
    """
    # 1
    writer = _extend(pdf)
    # 2
    writer.register_extension(ESIC_EXTENSION_1)
    writer.root[pdf_name("/DSS")] = writer.add_object(_security_store(writer, authority))
    writer.update_container(writer.root)
    # 3
    embedding = PdfCMSEmbedder(SigFieldSpec(field_name)).write_cms(field_name, writer)
    next(embedding)
    embedding.send(_signature_setup(authority, at=at, reason=reason))
    # 4
    prepared, output = embedding.send(SigIOSetup(md_algorithm=_DIGEST, in_place=True))
    # 5
    embedding.send(cades.seal(authority, prepared.document_digest, at=at, with_signing_time=False))
    return bytes(output.getbuffer())


class _Update(IncrementalPdfFileWriter):
    """An incremental update that asks neither chance nor the clock; the library has no argument for either."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """Keep the document's identifier, and name the revision by what it extends (ISO 32000-1 §14.4)."""
        page = prev.stream.getbuffer()
        revision = generic.ByteStringObject(sha256(page).digest()[:_ID_BYTES])
        first = prev.trailer["/ID"][0] if "/ID" in prev.trailer else revision
        return generic.ArrayObject([generic.ByteStringObject(_raw(first)), revision])

    def _update_meta(self) -> None:
        """Leave the metadata as the page has them: the signature says when it was made."""


def _raw(identifier: generic.TextStringObject | generic.ByteStringObject) -> bytes:
    return bytes(identifier.original_bytes)


def _extend(pdf: bytes) -> _Update:
    try:
        return _Update(io.BytesIO(pdf))
    except (PdfError, ValueError, KeyError) as error:
        raise MalformedInput(f"This is not a PDF that can be signed: {error}") from error


def _security_store(writer: IncrementalPdfFileWriter, authority: Authority) -> generic.DictionaryObject:
    """Give the DSS dictionary (EN 319 142-1 §5.4.2.2); no VRI, whose keys are digests of the signature to come."""
    leaves = (authority.seal.cert, authority.timestamp.cert)
    certs = [cert.public_bytes(Encoding.DER) for cert in (*leaves, *authority.chain)]
    store = generic.DictionaryObject()  # type: ignore[no-untyped-call]  # pyHanko leaves this constructor untyped
    store[pdf_name("/Type")] = pdf_name("/DSS")
    store[pdf_name("/Certs")] = _streams(writer, certs)
    store[pdf_name("/CRLs")] = _streams(writer, authority.crls_der)
    return store


def _streams(writer: IncrementalPdfFileWriter, contents: Iterable[bytes]) -> generic.ArrayObject:
    return generic.ArrayObject(writer.add_object(generic.StreamObject(stream_data=der)) for der in contents)


def _signature_setup(authority: Authority, *, at: datetime, reason: str) -> SigObjSetup:
    placeholder = SignatureObject(
        at,
        subfilter=SigSeedSubFilter.PADES,
        name=_common_name(authority.seal.cert),
        reason=reason,
        bytes_reserved=2 * _ROOM_BYTES,
    )
    certify = SigMDPSetup(md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    return SigObjSetup(sig_placeholder=placeholder, mdp_setup=certify)


def _common_name(cert: x509.Certificate) -> str:
    return str(cert.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)
