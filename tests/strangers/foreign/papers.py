"""Signed PDFs as pyHanko's own signer makes them, from the page to the archive timestamp."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from asn1crypto import crl, keys, ocsp, x509
from asn1crypto import pem as armour
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.strangers.foreign.office import REVOKED_BEFORE, SIGNED_AT, Office


def blank_page() -> PdfFileWriter:
    """A page with a line of text operators."""
    writer = PdfFileWriter(stream_xrefs=False)
    content = writer.add_object(RawContent(b"0 0 m 100 100 l S", box=BoxConstraints(200, 200)).as_form_xobject())
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 200, 200)))
    return writer


def page() -> bytes:
    """The page as bytes."""
    output = BytesIO()
    blank_page().write(output)
    return output.getvalue()


def encrypted_page(*, user: str) -> bytes:
    """The page under AES-256, which opens with the password ``user``."""
    writer, output = blank_page(), BytesIO()
    writer.encrypt(owner_pass="the owner's", user_pass=user)
    writer.write(output)
    return output.getvalue()


def signed(
    office: Office,
    pdf: bytes,
    *,
    name: str = "signer",
    stamped: bool = True,
    archived: bool = False,
    password: str | None = None,
) -> bytes:
    """Sign at SIGNED_AT: PAdES-B-B, ``stamped`` B-T, ``archived`` B-LTA with security store and document timestamp."""
    unit = DummyTimeStamper(_certificate(office, "unit"), _key(office, "unit"), _store(office), fixed_dt=SIGNED_AT)
    metadata = PdfSignatureMetadata(
        field_name="Stranger",
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        embed_validation_info=archived,
        use_pades_lta=archived,
        validation_context=_context(office) if archived else None,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=False)
    if password is not None:
        writer.encrypt(user_pwd=password)
    signer = SimpleSigner(_certificate(office, name), _key(office, name), _store(office))
    timestamper = unit if stamped or archived else None
    output = sign_pdf(writer, metadata, signer=signer, timestamper=timestamper, in_place=False)
    return bytes(output.getbuffer())


def with_answers(pdf: bytes, answers: Sequence[bytes]) -> bytes:
    """Add OCSP responses to the document security store, in a revision of its own."""
    output = BytesIO(pdf)
    contents = PdfFileReader(BytesIO(pdf)).embedded_signatures[0].pkcs7_content
    responses = [ocsp.OCSPResponse.load(answer) for answer in answers]
    DocumentSecurityStore.add_dss(output, contents, certs=(), ocsps=responses)
    return output.getvalue()


def with_another_page(pdf: bytes) -> bytes:
    """Add a page in a revision of its own, as an editor does that knows nothing of signatures."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    content = writer.add_object(RawContent(b"50 0 m 50 100 l S", box=BoxConstraints(200, 200)).as_form_xobject())
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 200, 200)))
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def _certificate(office: Office, name: str) -> x509.Certificate:
    return x509.Certificate.load(_der(office.folder / f"{name}.pem"))


def _key(office: Office, name: str) -> keys.PrivateKeyInfo:
    return keys.PrivateKeyInfo.load(_der(office.folder / f"{name}.key"))


def _der(path: Path) -> bytes:
    return bytes(armour.unarmor(path.read_bytes())[2])


def _store(office: Office) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register(_certificate(office, "root"))
    return store


def _context(office: Office) -> ValidationContext:
    lists = [crl.CertificateList.load(armour.unarmor(office.revocations(at=REVOKED_BEFORE).encode())[2])]
    roots = [_certificate(office, "root")]
    return ValidationContext(trust_roots=roots, crls=lists, moment=SIGNED_AT, revocation_mode="soft-fail")
