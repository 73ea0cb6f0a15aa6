"""The pieces of MIME that are laid out fast, beside what the standard library writes."""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import format_datetime

import pytest

from sigillo.domain.calendar import ROME, civil_datetime
from sigillo.mail.pec.layout import attached_file, date_field, signed

LINE = 57  # bytes of one line of base64


@pytest.mark.parametrize("size", [0, 1, LINE - 1, LINE, LINE + 1, 63 * LINE, 64 * LINE, 64 * LINE + 1, 200 * LINE - 1])
def test_base64_is_that_of_the_standard_library(size: int) -> None:
    """Files of any length, below and above what is cut at once, have the library's lines with CRLF."""
    data = bytes(number * 7 % 251 for number in range(size))
    _, _, body = attached_file("a.bin", "application/octet-stream", data).partition(b"\r\n\r\n")
    assert body == encodebytes(data).replace(b"\n", b"\r\n")


def test_the_date_is_that_of_the_standard_library() -> None:
    """Through a century, summer and winter, whatever fraction of a second the instant has."""
    for step in range(2000):
        at = datetime(2000, 1, 1, tzinfo=UTC) + step * timedelta(days=18, hours=7, minutes=11, milliseconds=501)
        shown = format_datetime(civil_datetime(at, ROME).replace(microsecond=0))
        assert date_field(at) == f"Date: {shown}\r\n".encode()


@pytest.mark.parametrize("size", [10, 24 * LINE, 24 * LINE + 1, 2100])
def test_signatures_that_begin_alike_stay_apart(size: int) -> None:
    """Of signatures with the same beginning each is written whole, and so are shorter ones."""
    for last in (b"a", b"b"):
        signature = b"s" * (size - 1) + last
        whole = signed(b"x", signature, boundary="=_b", signature_type="application/pkcs7-signature")
        *_, part = message_from_bytes(whole).walk()
        assert part.get_payload(decode=True) == signature
