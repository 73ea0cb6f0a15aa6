"""Texts of messages: charsets, encodings, subjects and file names, rightly and wrongly named."""

from __future__ import annotations

from encodings.aliases import aliases
from random import Random  # noqa: TID251 - seeded: the same messages in every run

import pytest

from tests.mail.pec.reader import crlf, read, with_xml

TRAPS = (
    *("zlib", "zip", "bz2", "hex", "base64", "rot13", "uu", "quopri", "idna", "punycode", "undefined"),
    *(
        "unicode_escape",
        "raw_unicode_escape",
        "mbcs",
        "oem",
        "zlib_codec",
        "rot_13",
        "nonsense",
        "..",
        "utf-8\0",
        "x" * 99,
    ),
)


def test_latin_1_that_says_utf_8() -> None:
    """Some providers declare UTF-8 and write Latin-1: the subject is read all the same."""
    xml = '<?xml version="1.0" encoding="UTF-8"?><postacert tipo="accettazione"><oggetto>perché</oggetto></postacert>'
    said = read(with_xml(xml.encode("latin-1"))).certification
    assert said is not None
    assert said.subject == "perché"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1", "perché".encode("latin-1"), "perché"),
        ("Content-Type: text/plain; charset=windows-1252", "€ 5".encode("cp1252"), "€ 5"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: '8bit'", "perché".encode(), "perché"),
        ("Content-Type: text/plain; charset=nonsense", "perché".encode(), "perché"),
        ("Content-Type: text/plain; charset=us-ascii", "perché".encode("latin-1"), "perché"),
        ("Content-Type: text/plain; charset=idna", b"ciao", "ciao"),
        ("Content-Type: text/plain; charset=utf-16-le\nContent-Transfer-Encoding: base64", b"YwA=", "c"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: Quoted-Printable", b"a=3Db=\r\nc", "a=bc"),
        ("Content-Type: text/plain\nContent-Transfer-Encoding: base64", b"Y2lhbw", "cia"),
        ("", b"ciao", "ciao"),
    ],
)
def test_charsets_and_encodings(head: str, body: bytes, expected: str) -> None:
    """Right, wrong and nonsensical charsets and encodings give the text that was meant."""
    assert read(crlf(f"From: a@b.it\n{head}".strip() + "\n\n") + body).face.text == expected


@pytest.mark.parametrize("charset", sorted({*aliases, *aliases.values(), *TRAPS}))
def test_whatever_python_calls_a_codec(charset: str) -> None:
    """Compressions, encodings of bytes and traps are no charsets: text, subject and file name are read all the same."""
    head = f"From: a@b.it\nSubject: =?{charset}?Q?ciao?=\nContent-Type: text/plain; charset={charset}"
    found = read(crlf(f"{head}\nContent-Disposition: inline; filename*={charset}''ciao\n\n") + b"ciao \\u0041")
    assert found.face.raw
    if charset in TRAPS:
        assert found.face.subject == "ciao"
        shown = read(crlf(f"{head}\n\n") + b"ciao \\u0041").face.text
        assert shown == "ciao \\u0041"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (b"=?iso-8859-1?Q?perch=E9?= no", "perché no"),
        (b"perch\xe9", "perché"),
        ("perché".encode(), "perché"),
        (b"=?utf-8?B?Y?=", "=?utf-8?B?Y?="),
        (b"=?nonsense?Q?perch=C3=A9?=", "perché"),
        (b"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"),
    ],
)
def test_subjects(subject: bytes, expected: str) -> None:
    """Encoded words of any charset, raw bytes, broken ones."""
    assert read(b"Subject: " + subject + b"\r\n\r\n").face.subject == expected


def test_file_names() -> None:
    """RFC 2231 and RFC 2047 names are read; folders and line ends in them are not kept."""
    names = ["filename*=utf-8''per%C3%B2.pdf", 'filename="=?utf-8?Q?per=C3=B2.pdf?="', 'filename="../../per\xf2.pdf"']
    for name in names:
        data = f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {name}\r\n\r\nx".encode("latin-1")
        assert read(data).face.attachments[0].name == "però.pdf"


def test_fields_put_together_at_random() -> None:
    """Two thousand messages with any charsets, transfer encodings and boundaries, the same in every run, are read."""
    random = Random(5)
    charsets = [*TRAPS, *aliases, "utf-8", "", '"', "utf-16", "=?zlib?Q?x?="]
    encodings = [
        "",
        "base64",
        "quoted-printable",
        "uuencode",
        "x-gzip",
        "zlib",
        "8bit",
        "'7bit'",
        "=?hex?B?QQ==?=",
        "\t;",
    ]
    boundaries = [
        "=f",
        '="f"',
        "*=zlib''f",
        "*0=f; boundary*1=f",
        "*0*=hex''f; boundary*1*=%66",
        "=",
        '="',
        "=\0",
        "*=''",
    ]
    for _ in range(2000):
        charset, encoding, boundary = map(random.choice, (charsets, encodings, boundaries))
        head = f"From: =?{charset}?{random.choice('QBX')}?{random.choice(['YQ==', '=E8', 'é', '='])}?= <a@b.it>\n"
        head += (
            f"Content-Type: {random.choice(['multipart/mixed', 'multipart/signed', 'text/plain'])}; boundary{boundary}"
        )
        part = f"--f\nContent-Type: text/plain; charset{random.choice(['=', '*='])}{charset}; name*={charset}'it'%E8\n"
        part += f"Content-Transfer-Encoding: {encoding}\n\n"
        body = random.randbytes(random.choice((0, 3, 90)))
        found = read(crlf(f"{head}\n\n{part}") + body + crlf(f"\n{part}") + body + b"\r\n--f--\r\n")
        assert isinstance(found.face.text, str)
