"""What is found in a message that is handed in: addresses, ids, files in archives and messages, viruses; bounded."""

from __future__ import annotations

import time
from base64 import encodebytes
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sigillo.domain.ids import Lot
from sigillo.domain.pec.certification import ReceiptType
from sigillo.domain.pec.eicar import SIGN, VIRUS, virus_in
from sigillo.domain.pec.formalities import CarriedFile
from sigillo.mail.pec.examination import examine
from tests.mail.pec.post import MESSAGE

HEAD = (
    b"From: =?utf-8?q?Zo=C3=A9?= <mario@pec.test>\r\nTo: Anna <anna@pec.test>,\r\n b@pec.test\r\nCc: c@example.com\r\n"
    b"Message-ID: <abc@studio.example>\r\nSubject: =?utf-8?q?Perch=C3=A9?=\r\nReply-To: R <r@studio.example>\r\n"
    b"X-TipoRicevuta: breve\r\nMIME-Version: 1.0\r\n"
)


def archive(**entries: bytes) -> bytes:
    """A zip of files; two underscores stand for the dot of a name."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name.replace("__", "."), content)
    return target.getvalue()


def with_file(name: str, content: bytes, media_type: str = "application/octet-stream") -> bytes:
    """A message with a text and one file."""
    disposition = f'Content-Disposition: attachment; filename="{name}"'
    part = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n{disposition}\r\n\r\n".encode()
    body = b"--b\r\n\r\nCiao\r\n--b\r\n" + part + encodebytes(content).replace(b"\n", b"\r\n") + b"\r\n--b--\r\n"
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body


def names(message: bytes) -> list[str]:
    """The names of all files found."""
    return [file.name for file in examine(message).files]


def test_what_the_header_says() -> None:
    """Addresses with names, decoded words, the id with its brackets, where answers go, the receipt asked for."""
    found = examine(HEAD + b"\r\nCiao\r\n")
    assert found.senders == (("Zoé", "mario@pec.test"),)
    assert found.to == (("Anna", "anna@pec.test"), ("", "b@pec.test"))
    assert (found.cc, found.has_hidden) == ((("", "c@example.com"),), False)
    assert (found.subject, found.original_id, found.reply_to) == ("Perché", "<abc@studio.example>", "r@studio.example")
    assert (found.receipt_type, found.size_bytes) == (ReceiptType.BRIEF, len(HEAD) + 8)


def test_what_it_does_not_say() -> None:
    """Nothing at all is a message, too; an empty Bcc hides nobody."""
    found = examine(b"Bcc: \r\n\r\n")
    assert (found.senders, found.to, found.cc, found.has_hidden, found.subject) == ((), (), (), False, "")
    assert (found.original_id, found.reply_to, found.receipt_type) == (None, None, ReceiptType.COMPLETE)
    assert examine(b"Bcc: undisclosed\r\n\r\n").has_hidden
    assert examine(b"").size_bytes == 0


def test_five_hundred_recipients() -> None:
    """All of a large plan's recipients are found, however long their addresses are."""
    addresses = [
        f"a.recipient.with.a.long.name.{number:03}@a-domain-that-is-long-as-well.example" for number in range(500)
    ]
    found = examine(b"To: " + ",\r\n ".join(addresses).encode() + b"\r\n\r\n")
    assert [address for _, address in found.to] == addresses


def test_files_by_name() -> None:
    """Each file is there under its name."""
    assert names(MESSAGE) == ["contract.pdf"]
    assert names(with_file("a.pdf", b"%PDF")) == ["a.pdf"]


def test_files_in_archives() -> None:
    """Archives in archives are looked into, whatever the archive calls itself."""
    inner = archive(b__exe=b"MZ\x90", c__txt=b"text")
    found = examine(with_file("a.pdf", archive(inner__dat=inner)))
    assert found.files == (
        CarriedFile("a.pdf"),
        CarriedFile("a.pdf/inner.dat"),
        CarriedFile("a.pdf/inner.dat/b.exe", is_program=True),
        CarriedFile("a.pdf/inner.dat/c.txt"),
    )


def test_files_in_attached_messages() -> None:
    """A message that is attached is looked into."""
    inner = with_file("a.zip", archive(b__js=b"1"))
    outer = HEAD + b'Content-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n'
    assert names(outer + inner + b"\r\n--o--\r\n") == ["a.zip", "a.zip/b.js"]


@pytest.mark.parametrize(
    "message",
    [
        HEAD + b"\r\n" + SIGN + b"\r\n",
        with_file("a.com", SIGN),
        with_file("a.com", b"\r\n" + SIGN + b"\r\n" * 20),
        with_file("a.zip", archive(b__txt=SIGN)),
        with_file("a.zip", archive(b__zip=archive(c__zip=archive(d__com=SIGN)))),
        with_file("a.eml", with_file("b.com", SIGN), "message/rfc822"),
    ],
)
def test_the_test_virus(message: bytes) -> None:
    """The sign is found as the text, in a file, in archives and in a message."""
    assert examine(message).virus == VIRUS


@pytest.mark.parametrize("content", [b"", SIGN[:-1], b"x" + SIGN, b" " * 400 + SIGN, SIGN.lower()])
def test_what_is_no_virus(content: bytes) -> None:
    """Only a file that begins with the sign is one, as EICAR asks for."""
    assert virus_in(content) is None
    assert examine(with_file("a.com", content)).virus is None


def test_bombs_are_not_opened() -> None:
    """Archives of many, of large and of nested entries take seconds at most, and what was found is told."""
    many = archive(**{f"f{number}__txt": b"" for number in range(5000)})
    large = archive(**{f"f{number}__zip": b"PK" + b"\0" * (4 << 20) for number in range(40)})
    begun = time.process_time()
    assert len(names(with_file("many.zip", many))) == 2001
    assert len(names(with_file("large.zip", large))) == 41
    nested = b"MZ"
    for _ in range(12):
        nested = archive(a__zip=nested)
    assert len(names(with_file("deep.zip", nested))) < 8
    assert time.process_time() - begun < 10


def test_broken_archives() -> None:
    """Whatever was done to an archive, the message is examined to its end."""
    good = archive(a__txt=b"text" * 100, b__zip=archive(c__txt=b"x"))
    lot = Lot.of_seed("broken archives")
    for number in range(300):
        bad = bytearray(good)
        for place in range(1 + lot.child(number, "places").below(8)):
            bad[lot.child(number, place).below(len(bad))] = lot.child(number, place, "byte").below(256)
        assert names(with_file("a.zip", bytes(bad)))[0] == "a.zip"
        assert names(with_file("a.zip", good[: lot.child(number, "cut").below(len(good))]))[0] == "a.zip"
