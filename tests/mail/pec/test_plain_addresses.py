"""Addresses that are read without the library are read as the library reads them."""

from __future__ import annotations

from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigillo.mail.pec import headers
from sigillo.mail.pec.headers import read_headers

_PIECES = (
    *("a", "Rossi", "é", "b.c", "1", "x@y.it", "<x@y.it>", "A B <c@d.e>", " ", "  ", "\t", ",", "<", ">", "@", "."),
    *("'", "-", "_", "+", '"', "(", ")", "=?", ":", ";", "\\", "\xa0", "\u2028", "\x85"),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=10).map("".join))
def test_as_the_library_does(value: str) -> None:
    """Whatever stands in a field of addresses gives the very same names and addresses."""
    expected = tuple((name, address.strip()) for name, address in getaddresses([value]) if address.strip())
    assert read_headers(b"To:" + value.encode()).addresses("To") == expected


@pytest.mark.parametrize(
    "value", ["a@b.it", " a@b.it", "Anna Maria D'Urso <a.b+c@d-e.it>, <x@y.it>, Zoë_1 <z@w.it>", "x@localhost,y@z"]
)
def test_the_library_is_not_asked(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses as most mail clients write them need no library."""
    expected = tuple(getaddresses([value]))
    monkeypatch.delattr(headers, "getaddresses")
    assert read_headers(b"To:" + value.encode()).addresses("To") == expected
