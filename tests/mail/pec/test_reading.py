"""The reader takes any message of any provider: ours, badly wrapped, oddly spelled, broken, huge."""

from __future__ import annotations

from base64 import encodebytes
from encodings.aliases import aliases
from functools import partial
from random import Random  # noqa: TID251 - seeded: the same messages in every run
from time import process_time

import pytest

from sigillo.domain.pec.certification import Fault, Kind, Party, ReceiptType
from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.found import FoundMail
from sigillo.domain.pec.notices import transported
from sigillo.mail.pec.messages import write_transport
from sigillo.mail.pec.parts import MOST_MARKS, MOST_PARTS, parse_parts
from sigillo.mail.pec.reading import read_mail
from sigillo.proofs.hardened_xml import parse
from tests.mail.pec.post import AT, DISPATCH, MESSAGE, NAMES, PDF, messages, post
from tests.unit.proofs.verify.mutations import mutations

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
FOOTER = b"\r\n_______\r\nlist mailing list\r\n"


def read(data: bytes) -> FoundMail:
    """The reader with the hardened parser, and nothing that opens signatures."""
    return read_mail(data, parse_xml=partial(parse, what="daticert.xml"), unwrap=lambda cms: None)


def crlf(text: str) -> bytes:
    """Text as bytes with CRLF."""
    return text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_ours_are_read_back(name: str, dialect: str) -> None:
    """Kind, parties, ids, instant and the message inside come back as they were written; nothing is odd."""
    found = read(messages(dialect)[name])
    assert found.oddities == ()
    assert found.is_pec
    assert found.face.sender == post(dialect).office.address
    assert found.signature is not None
    assert (found.original is not None) is (name in ("transport", "anomaly", "complete", "brief"))
    if name == "anomaly":
        assert (found.kind, found.certification) == (Kind.ANOMALY, None)
        return
    said = found.certification
    assert said is not None
    assert said.kind is found.stated is found.kind
    assert (said.sender, said.subject, said.at) == (DISPATCH.sender, DISPATCH.subject, AT)
    assert said.recipients == (Party("anna@pec.test"), Party("carla@example.com", is_certified=False))
    assert (said.identifier, said.original_id) == (DISPATCH.identifier, DISPATCH.original_id)
    assert said.is_last is (name == "24h")
    assert found.is_failed is (name in ("virus", "refused-virus"))


def test_what_people_look_for_is_the_inner_message() -> None:
    """The inner sender, subject, text and the attachment with its own bytes, not the wrapper's."""
    inner = read(messages("aruba")["transport"]).original
    assert inner is not None
    assert (inner.sender_name, inner.sender, inner.to) == ("Mario Rossi", "mario@pec.test", ("anna@pec.test",))
    assert inner.text == "Perché no? Cordiali saluti"
    [contract] = inner.attachments
    assert (contract.name, contract.media_type, contract.content) == ("contract.pdf", "application/pdf", PDF)


def test_a_fault_is_told() -> None:
    """The error, its words, the recipient and the type of receipt are read."""
    full = read(messages()["full"]).certification
    assert full is not None
    assert (full.fault, full.recipient) == (Fault.OTHER, "anna@pec.test")
    assert "casella piena" in str(full.error)
    assert read(messages("aruba")["transport"]).receipt_type is ReceiptType.COMPLETE


def test_a_mailing_list_wrapped_it() -> None:
    """A footer around, a prefix before the subject, fields renamed: the receipt is found, its signature too."""
    data = messages()["accepted"]
    head, _, rest = data.partition(b"Content-Type: multipart/signed")
    entity = b"Content-Type: multipart/signed" + rest
    listed = (
        b"Subject: [list] ACCETTAZIONE: x\r\nFrom: list@example.org\r\nX-RICEVUTA: Accettazione\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="list"\r\n\r\n--list\r\n'
        + entity
        + b"\r\n--list\r\nContent-Type: text/plain\r\n"
        + FOOTER
        + b"--list--\r\n"
    )
    found = read(listed)
    assert head
    assert found.kind is found.stated is Kind.ACCEPTANCE
    genuine = read(data).signature
    assert genuine is not None
    assert found.signature == genuine


@pytest.mark.parametrize("encoding", ["", "Content-Transfer-Encoding: base64\r\n"])
def test_it_was_forwarded(encoding: str) -> None:
    """Attached to an ordinary message, even in base64: found inside, and said to stand there."""
    receipt = messages()["complete"]
    body = encodebytes(receipt) if encoding else receipt
    forwarded = (
        b'From: a@b.it\r\nSubject: Fwd\r\nContent-Type: multipart/mixed; boundary="f"\r\n\r\n--f\r\n\r\nsee below\r\n'
        b"--f\r\nContent-Type: message/rfc822\r\n" + encoding.encode() + b"\r\n" + body + b"\r\n--f--\r\n"
    )
    found = read(forwarded)
    assert (found.kind, found.depth) == (Kind.DELIVERY, 1)
    assert found.original is not None
    assert any("inside another message" in odd for odd in found.oddities)


def test_a_pec_inside_the_message_of_a_pec_is_not_taken_for_it() -> None:
    """A transport envelope that forwards a receipt is still the envelope."""
    receipt = messages()["full"]
    mail = b'From: mario@pec.test\r\nTo: anna@pec.test\r\nContent-Type: multipart/mixed; boundary="f"\r\n\r\n'
    mail += b"--f\r\nContent-Type: message/rfc822\r\n\r\n" + receipt + b"\r\n--f--\r\n"
    found = read(post().messages(message=mail)["transport"])
    assert found.kind is Kind.TRANSPORT
    assert found.certification is not None
    assert found.certification.fault is Fault.NONE
    assert found.original is not None
    assert found.original.attachments[0].media_type == "message/rfc822"


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_line_ends_of_files(ends: bytes) -> None:
    """Saved with the line ends of Unix, or with an mbox line first, it is read alike."""
    data = b"From mario Wed Jul  1 2026" + ends + messages("poste")["brief"].replace(b"\r\n", ends)
    assert read(data).kind is Kind.DELIVERY
    assert read(data).oddities == ()


def test_headers_are_gone() -> None:
    """Without X-Ricevuta the certification says the kind; without that, the prescribed subject does."""
    data = messages()["taken"].replace(b"X-Ricevuta: presa-in-carico\r\n", b"")
    assert (read(data).stated, read(data).kind) == (Kind.TAKING_CHARGE, Kind.TAKING_CHARGE)
    without = data.replace(b'"daticert.xml"', b'"other.xml"')
    assert read(without).kind is Kind.TAKING_CHARGE
    assert len(read(without).oddities) == 2


def test_a_missing_certification_is_said() -> None:
    """The header fields alone: the kind is known, the rest is not."""
    found = read(b"X-Ricevuta: accettazione\r\nFrom: x@y.it\r\n\r\nciao")
    assert (found.kind, found.certification) == (Kind.ACCEPTANCE, None)
    assert found.oddities == ("It has no daticert.xml that can be read.",)


def _with_xml(xml: bytes) -> bytes:
    head = crlf("X-Ricevuta: accettazione\nContent-Type: application/xml; name=daticert.xml\n\n")
    return head + xml


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<postacert",
        b"<other/>",
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><postacert tipo="&e;"/>',
        b'<!DOCTYPE a [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><postacert>&c;</postacert>',
        b'<!DOCTYPE postacert SYSTEM "http://127.0.0.1:9/daticert.dtd"><postacert tipo="accettazione"/>',
        b"\xff\xfe<\x00",
        b"<a>" * 10_000,
    ],
)
def test_broken_and_hostile_xml(xml: bytes) -> None:
    """It is never resolved, fetched or raised: it is odd."""
    found = read(_with_xml(xml))
    assert found.certification is None
    assert found.kind is Kind.ACCEPTANCE
    assert found.oddities


@pytest.mark.parametrize("quote", ["'", '"'])
def test_the_rules_own_document_type_is_passed_over(quote: str) -> None:
    """Some providers name it: it is read without it, and nothing is loaded."""
    declared = f'<?xml version="1.0"?>\n<!DOCTYPE postacert SYSTEM {quote}daticert.dtd{quote}>\n'
    found = read(_with_xml(declared.encode() + b'<postacert tipo="accettazione"/>'))
    assert found.certification is not None
    assert found.certification.kind is Kind.ACCEPTANCE


def test_two_certifications_are_odd() -> None:
    """The first one counts, and it is said that there is another."""
    data = messages()["accepted"]
    mark = b'Content-Type: application/xml; charset="UTF-8"; name="daticert.xml"'
    part = mark + data.partition(mark)[2].partition(b"\r\n--")[0]
    found = read(
        data.replace(mark, part + b"\r\n" + data.partition(mark)[0].rpartition(b"\r\n--")[2].join((b"--", b"")) + mark)
    )
    assert found.kind is Kind.ACCEPTANCE
    assert found.oddities == ("It has 2 files daticert.xml: the first one counts.",)


def test_unknown_words_and_missing_fields() -> None:
    """What no rule knows is said, what is missing is empty, everything else is read."""
    found = read(
        _with_xml(b'<postacert tipo="novita" errore="boh"><dati><consegna>a@b.it</consegna></dati></postacert>')
    )
    assert found.certification is not None
    assert (found.certification.kind, found.certification.fault) == (None, Fault.OTHER)
    assert found.kind is Kind.ACCEPTANCE
    assert found.certification.recipient == "a@b.it"
    assert len(found.oddities) == 3


def test_latin_1_that_says_utf_8() -> None:
    """Some providers declare UTF-8 and write Latin-1: the subject is read all the same."""
    xml = '<?xml version="1.0" encoding="UTF-8"?><postacert tipo="accettazione"><oggetto>perché</oggetto></postacert>'
    said = read(_with_xml(xml.encode("latin-1"))).certification
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


def test_thirty_megabytes() -> None:
    """A message of 30 MB is read within seconds of processor time, its attachment whole."""
    content = bytes(range(256)) * (22 * 4096)
    mail = b'From: mario@pec.test\r\nTo: anna@pec.test\r\nContent-Type: multipart/mixed; boundary="f"\r\n\r\n--f\r\n'
    mail += b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    by = post()
    said = transported(DISPATCH, by.office, at=AT)
    data = write_transport(said, by.office, original=mail + encodebytes(content) + b"--f--\r\n", sign=by.sign)
    assert len(data) > 30_000_000
    started = process_time()
    found = read(data)
    assert process_time() - started < 10
    assert found.original is not None
    assert found.original.attachments[0].content == content


def test_too_many_parts_and_too_deep() -> None:
    """Of a hundred thousand parts, or a thousand levels, as many are read as the bounds allow, and it is said."""
    wide = b'Content-Type: multipart/mixed; boundary="f"\r\n\r\n' + b"--f\r\n\r\nx\r\n" * 100_000
    tree, is_whole = parse_parts(wide)
    assert (len(tree.children), is_whole) == (MOST_PARTS, False)
    assert any("more parts" in odd for odd in read(wide).oddities)
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(1000))
    assert any("more parts" in odd for odd in read(deep).oddities)
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 10_000
    assert read(nested).kind is None


@pytest.mark.parametrize(
    ("line", "is_whole"), [(b"--b ", True), (b"\n--b x", False), (b"\n--b--x", False), (b"--b\nx", True)]
)
def test_boundaries_that_are_none_are_looked_at_within_bounds(line: bytes, *, is_whole: bool) -> None:
    """Four megabytes of what begins like a boundary: only those at a line's beginning count, and so many of them."""
    data = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"x" + line * (4_000_000 // len(line))
    tree, was_whole = parse_parts(data)
    assert (tree.children, was_whole) == ((), is_whole)
    last = 3 * MOST_MARKS * b"\n--b x" + b"\n--b\n\nhidden\n--b--\n"
    assert parse_parts(b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + last)[0].children == ()


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--", [b"one", b"two"]),
        (b"pre\n--b \t\n\none\n--b--  \nepilogue\n--b\n\nnot\n--b--", [b"one"]),
        (b"--b\n--b\n\ntwo\n--b--", [b"", b"two"]),
        (b"--b\n\none --b\n--bc\n--b-- x\n--b", [b"one --b\n--bc\n--b-- x", b""]),
        (b"--b\n\none\n--b" + b" " * 300 + b"\nx\n--b--", [b"one\n--b" + b" " * 300 + b"\nx"]),
    ],
)
def test_where_parts_begin_and_end(body: bytes, texts: list[bytes]) -> None:
    """Delimiter lines with blanks, one after another, at the end, and what looks like one."""
    tree, is_whole = parse_parts(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body)
    assert ([part.raw_body for part in tree.children], is_whole) == (texts, True)


@pytest.mark.parametrize("value", [b";" * 30_000, b"a=b;" * 8000, b'";"' * 9000, b"a@b," * 8000, b"<" * 30_000])
def test_fields_that_take_long_to_read(value: bytes) -> None:
    """A hundred parts with fields over which the library takes quadratic time: read within seconds."""
    part = (
        b"--f\r\nContent-Type: text/plain;" + value + b"\r\nContent-Disposition: attachment;" + value + b"\r\n\r\nx\r\n"
    )
    head = b'From: %b\r\nTo: %b\r\nContent-Type: multipart/mixed; boundary="f"\r\n\r\n' % (value, value)
    started = process_time()
    assert len(read(head + part * 100).face.attachments) == 100
    assert process_time() - started < 10


@pytest.mark.parametrize("name", ["transport", "brief", "no-mailbox"])
def test_damaged_at_random(name: str) -> None:
    """Three times three hundred damaged copies, the same in every run: something is read each time, nothing raised."""
    data = messages("aruba")[name]
    for damaged in mutations(data, seed=len(name)):
        started = process_time()
        found = read(damaged)
        assert found.face.raw is not None
        assert process_time() - started < 2


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


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\r\n", b":", b"a" * 100_000, b"\xff" * 1000, MESSAGE[:100], b"--\r\n" * 99]
)
def test_what_is_no_message(data: bytes) -> None:
    """Anything is read as an ordinary message that says nothing."""
    assert not read(data).is_pec
