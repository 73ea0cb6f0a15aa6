"""pyHanko's PDFs: archived for the long term, changed later, expired, encrypted."""

from __future__ import annotations

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from sigillo.domain.verdict import Conclusion
from tests.strangers.foreign.office import Office
from tests.strangers.foreign.papers import BytesIO, encrypted_page, page, signed, with_another_page
from tests.unit.proofs.verify.world import codes, flipped, verify

pytestmark = pytest.mark.strangers("openssl")


def test_an_archived_document_is_valid(root: str, archived: bytes) -> None:
    """PAdES-B-LTA: signature, its timestamp, the security store and the document timestamp hold."""
    (verdict,) = verify(("lta.pdf", archived), trust=[root])
    assert codes(verdict) == {}
    assert [check.code for check in verdict.checks if check.code == "validation_data_added"]


def test_no_signed_byte_of_it_can_be_flipped(root: str, archived: bytes) -> None:
    """Between the beginning and the end of what the document timestamp covers, its own room left out."""
    stamp = PdfFileReader(BytesIO(archived)).embedded_signatures[-1]
    _, gap, resume, rest = (int(number) for number in stamp.byte_range)
    places = [*range(0, gap, 691), *range(resume, resume + rest, 307)]
    for place in places:
        (verdict,) = verify(("lta.pdf", flipped(archived, place)), trust=[root])
        assert verdict.conclusion is not Conclusion.VALID, place


@pytest.mark.parametrize("kind", ["stamped", "archived"])
def test_a_page_added_later_is_told(root: str, kind: str, request: pytest.FixtureRequest) -> None:
    """An update with another page is covered by no signature, and the library's account of it is not printed."""
    changed = with_another_page(request.getfixturevalue(kind))
    (verdict,) = verify(("changed.pdf", changed), trust=[root])
    assert codes(verdict) == {"integrity": "not_covered"}


def test_nothing_is_printed(root: str, stamped: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """What pyHanko has to say of a suspicious update reaches no one's terminal."""
    verify(("changed.pdf", with_another_page(stamped)), trust=[root])
    assert capfd.readouterr() == ("", "")


def test_another_root_is_told(office: Office, stamped: bytes) -> None:
    """Nobody vouches for the stranger."""
    (verdict,) = verify(("s.pdf", stamped), trust=[])
    assert codes(verdict) == {"certificate_chain": "unknown_issuer", "timestamp": "timestamp_unknown_issuer"}


@pytest.mark.parametrize(("name", "code"), [("expired", "expired_certificate"), ("future", "not_yet_valid")])
def test_the_dates_of_a_certificate(office: Office, root: str, name: str, code: str) -> None:
    """Expired at the proven instant, and valid only after it, are told apart."""
    (verdict,) = verify(("s.pdf", signed(office, page(), name=name)), trust=[root])
    assert codes(verdict) == {"validity": code}


def test_a_password_leaves_it_open(office: Office, root: str) -> None:
    """Encrypted under a user password, signed or not: nobody can tell, and the file is told why."""
    locked = encrypted_page(user="ouvre-toi")
    for pdf in (locked, signed(office, locked, password="ouvre-toi")):
        (verdict,) = verify(("locked.pdf", pdf), trust=[root])
        assert verdict.conclusion is Conclusion.INDETERMINATE
        assert codes(verdict) == {"format": "encrypted"}


def test_restrictions_do_not_hinder(office: Office, root: str) -> None:
    """Encrypted against printing only, a PDF opens without a password, and its signature is judged."""
    pdf = signed(office, encrypted_page(user=""), password="")
    assert codes(verify(("s.pdf", pdf), trust=[root])[0]) == {}
    (verdict,) = verify(("s.pdf", flipped(pdf, pdf.index(b"/MediaBox") + 1)), trust=[root])
    assert verdict.conclusion is Conclusion.INVALID
