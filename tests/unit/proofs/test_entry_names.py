from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigillo.proofs.entry_names import MAX_SEGMENT_BYTES, safe_name, safe_names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("content/contrat signé n° 4.pdf", "content/contrat signé n° 4.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("..\\..\\boot.ini", "_.._boot.ini"),
        ("C:\\a.pdf", "C__a.pdf"),
        ("a//b/./c.", "a/b/c"),
        ("a\0b\nc\u202efdp.exe", "a_b_c_fdp.exe"),
        ("\ud800.pdf", "_.pdf"),
        ("n°\u00a04\u202f: avis.pdf", "n° 4 _ avis.pdf"),
        ("\u00a0", "file"),
        ("", "file"),
        (" . ", "file"),
        ("CON.txt", "_CON.txt"),
        ("content/nul", "content/_nul"),
        ("mimetype", "_mimetype"),
        ("meta-inf/signature001.p7s", "_meta-inf/signature001.p7s"),
        ("e\u0301.pdf", "é.pdf"),
        ("<b>|?*.pdf", "_b____.pdf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    """What could climb out, hide, or be reserved somewhere is replaced; accents and folders stay."""
    assert safe_name(name) == safe


def test_long_names_keep_their_extension() -> None:
    """The stem is cut between characters."""
    name = safe_name("é" * 500 + ".pdf")
    assert len(name.encode()) <= MAX_SEGMENT_BYTES
    assert name.endswith("é.pdf")


def test_taken_names_get_a_number() -> None:
    """Names that differ in case or composition only are the same file on some systems."""
    names = ["a/x.pdf", "a/X.PDF", "a/x.pdf", "a/x-2.pdf", "b/x.pdf", "x", "X", ".hidden", "hidden"]
    expected = ["a/x.pdf", "a/X-2.PDF", "a/x-3.pdf", "a/x-2-2.pdf", "b/x.pdf", "x", "X-2", "hidden", "hidden-2"]
    assert safe_names(names) == expected


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_names_become_safe_unique_and_stay_so(names: list[str]) -> None:
    """No text climbs out; making safe what is safe changes nothing."""
    safe = safe_names(names)
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in safe}) == len(names)
    for name in safe:
        segments = name.split("/")
        assert all(segment not in ("", ".", "..") for segment in segments)
        assert name.isprintable()
        assert safe_name(name) == name
