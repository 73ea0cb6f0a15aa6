"""The reader takes any message of any provider: ours, badly wrapped, oddly spelled, broken, huge."""

from __future__ import annotations

from base64 import encodebytes
from time import process_time

import pytest

from sigillo.domain.pec.certification import Fault, Kind, Party, ReceiptType
from sigillo.domain.pec.dialects import DIALECTS
from sigillo.domain.pec.notices import transported
from sigillo.mail.pec.messages import write_transport
from sigillo.mail.pec.parts import MOST_MARKS, MOST_PARTS, parse_parts
from tests.mail.pec.post import AT, DISPATCH, MESSAGE, NAMES, PDF, messages, post
from tests.mail.pec.reader import read, with_xml
from tests.unit.proofs.verify.mutations import mutations

FOOTER = b"\r\n_______\r\nlist mailing list\r\n"


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
    found = read(with_xml(xml))
    assert found.certification is None
    assert found.kind is Kind.ACCEPTANCE
    assert found.oddities


@pytest.mark.parametrize("quote", ["'", '"'])
def test_the_rules_own_document_type_is_passed_over(quote: str) -> None:
    """Some providers name it: it is read without it, and nothing is loaded."""
    declared = f'<?xml version="1.0"?>\n<!DOCTYPE postacert SYSTEM {quote}daticert.dtd{quote}>\n'
    found = read(with_xml(declared.encode() + b'<postacert tipo="accettazione"/>'))
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
        with_xml(b'<postacert tipo="novita" errore="boh"><dati><consegna>a@b.it</consegna></dati></postacert>')
    )
    assert found.certification is not None
    assert (found.certification.kind, found.certification.fault) == (None, Fault.OTHER)
    assert found.kind is Kind.ACCEPTANCE
    assert found.certification.recipient == "a@b.it"
    assert len(found.oddities) == 3


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


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\r\n", b":", b"a" * 100_000, b"\xff" * 1000, MESSAGE[:100], b"--\r\n" * 99]
)
def test_what_is_no_message(data: bytes) -> None:
    """Anything is read as an ordinary message that says nothing."""
    assert not read(data).is_pec
