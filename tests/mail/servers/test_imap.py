"""IMAP with Python's own client and with imap-tools: folders, flags, searches, messages and their parts."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from imap_tools import AND, MailBox, MailMessageFlags

from tests.mail.servers.letters import message, send
from tests.mail.servers.serving import PASSWORD, RECIPIENT, SENDER, Office

_MIXED = (
    b"From: =?utf-8?q?Citt=C3=A0?= <a@b.example>\r\nTo: x@y.example\r\nSubject: Allegati\r\n"
    b'Content-Type: multipart/mixed; boundary="b b"\r\n\r\nprologo\r\n--b b\r\n\r\nuno\r\n--b b\r\n'
    b"Content-Type: message/rfc822\r\n\r\nSubject: dentro\r\nDKIM-Signature: a=b;\r\n\tc=d\r\n\r\ncorpo\r\n"
    b'--b b\r\nContent-Type: application/pdf; name="a b.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
    b"Content-Disposition: attachment; filename*=utf-8''citt%C3%A0.pdf\r\n\r\nJVBERg==\r\n--b b--\r\n"
)


@contextmanager
def client(office: Office, address: str = RECIPIENT, folder: str | None = "INBOX") -> Iterator[imaplib.IMAP4_SSL]:
    """A client that is logged in and has a folder open."""
    with imaplib.IMAP4_SSL("localhost", office.ports["imaps"], ssl_context=office.trust, timeout=20) as opened:
        opened.login(address, PASSWORD)
        if folder:
            assert opened.select(folder)[0] == "OK"
        yield opened


def _answer(told: tuple[str, list[object]]) -> list[object]:
    assert told[0] == "OK", told
    return told[1]


def _section(opened: imaplib.IMAP4_SSL, wanted: str) -> bytes:
    ((_, found), _) = _answer(opened.fetch("1", f"({wanted})"))  # type: ignore[misc]  # the library's shape of a literal
    assert isinstance(found, bytes)
    return found


def test_receipts_and_envelopes_are_read(office: Office) -> None:
    """The sender finds its receipts, the recipient the transport envelope, and what is read is seen."""
    send(office)
    office.settle()
    with client(office, SENDER) as opened:
        assert opened.search(None, "ALL") == ("OK", [b"1 2"])
        assert opened.search(None, 'SUBJECT "ACCETTAZIONE"') == ("OK", [b"1"])
        assert opened.search(None, 'HEADER X-Ricevuta "avvenuta-consegna"') == ("OK", [b"2"])
    with client(office) as opened:
        raw = _section(opened, "BODY[]")
        assert b"X-Trasporto: posta-certificata\r\n" in raw
        assert opened.fetch("1", "(FLAGS RFC822.SIZE)")[1] == [b"1 (FLAGS (\\Seen \\Recent) RFC822.SIZE %d)" % len(raw)]
    with client(office) as opened:
        assert opened.fetch("1", "FLAGS")[1] == [b"1 (FLAGS (\\Seen))"]


def test_sections_are_the_messages_own_bytes(office: Office) -> None:
    """Parts, their headers and stretches of them come as they were written."""
    office.put(RECIPIENT, _MIXED)
    with client(office) as opened:
        assert _section(opened, "BODY.PEEK[]") == _MIXED
        assert _section(opened, "RFC822.HEADER") == _MIXED[: _MIXED.index(b"prologo")]
        assert _section(opened, "BODY.PEEK[TEXT]<3.4>") == _MIXED[_MIXED.index(b"prologo") :][3:7]
        assert _section(opened, "BODY.PEEK[1]") == b"uno"
        assert _section(opened, "BODY.PEEK[2]").startswith(b"Subject: dentro\r\n")
        assert _section(opened, "BODY.PEEK[2.1]") == _section(opened, "BODY.PEEK[2.TEXT]") == b"corpo"
        assert _section(opened, "BODY.PEEK[2.MIME]") == b"Content-Type: message/rfc822\r\n\r\n"
        signature = b"DKIM-Signature: a=b;\r\n\tc=d\r\n"
        assert _section(opened, "BODY.PEEK[2.HEADER.FIELDS (dkim-signature)]") == signature + b"\r\n"
        assert _section(opened, "BODY.PEEK[2.HEADER.FIELDS.NOT (Subject)]") == signature + b"\r\n"
        assert _section(opened, "BODY.PEEK[3]") == b"JVBERg=="
        assert opened.fetch("1", "(BODY.PEEK[4])")[1] == [b"1 (BODY[4] NIL)"]
        assert opened.fetch("1", "FLAGS")[1] == [b"1 (FLAGS (\\Recent))"]


def test_a_message_is_described_without_being_given(office: Office) -> None:
    """ENVELOPE and BODYSTRUCTURE tell sender, parts, names and sizes, in ASCII."""
    office.put(RECIPIENT, _MIXED)
    with client(office) as opened:
        (told,) = _answer(opened.fetch("1", "(ENVELOPE BODYSTRUCTURE)"))
    assert isinstance(told, bytes)
    assert b'(("=?utf-8?b?Q2l0dMOg?=" NIL "a" "b.example"))' in told
    assert b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 0 NIL NIL NIL NIL)("MESSAGE" "RFC822" NIL NIL NIL "7BIT" ' in told
    assert b'("APPLICATION" "PDF" ("name" "a b.pdf") NIL NIL "BASE64" 8 NIL ("attachment" ("filename" ' in told
    assert told.endswith(b'"MIXED" ("boundary" "b b") NIL NIL NIL))')


def test_searches_combine(office: Office) -> None:
    """Keys hold together, OR and NOT part them, and numbers or uids are given."""
    for subject in ("uno", "due", "tre"):
        office.put(RECIPIENT, message(subject, body=f"testo {subject}\r\n" * 20))
    with client(office) as opened:
        opened.store("2", "+FLAGS", "(\\Flagged $Letto)")
        opened.uid("COPY", "1", "Archive")
        opened.store("1", "+FLAGS", "\\Deleted")
        opened.expunge()
        for keys, found in (
            ("ALL", b"1 2"),
            ("FLAGGED", b"1"),
            ("NOT FLAGGED", b"2"),
            ("KEYWORD $Letto", b"1"),
            ("UNKEYWORD $Letto SUBJECT TRE", b"2"),
            ("OR SUBJECT due SUBJECT tre", b"1 2"),
            ("(OR SUBJECT due SUBJECT uno) UNSEEN", b"1"),
            ("NOT (SUBJECT due)", b"2"),
            ("NOT OR SUBJECT due SUBJECT tre", b""),
            ('BODY "testo tre"', b"2"),
            ("TEXT rossi FROM mario TO anna", b"1 2"),
            ("LARGER 100 SMALLER 100000 UID 3:*", b"2"),
            ("1:1 UID 1:2", b"1"),
            ("SENTON 5-Jan-2026 SINCE 1-Jan-2026 BEFORE 1-Feb-2026", b"1 2"),
            ("SENTBEFORE 5-Jan-2026", b""),
            ("HEADER Message-ID <due@studio.example>", b"1"),
            ("NEW", b"1 2"),
            ("OLD", b""),
        ):
            assert (keys, opened.search(None, keys)) == (keys, ("OK", [found]))
        assert opened.uid("SEARCH", "SUBJECT", "tre") == ("OK", [b"3"])
        opened.literal = b"tre"  # type: ignore[attr-defined]  # the library's way to send a literal
        assert opened.search("UTF-8", "SUBJECT") == ("OK", [b"2"])


def test_messages_are_appended_copied_moved_and_expunged(office: Office) -> None:
    """Each is told with its new uid, and the folders count them."""
    with client(office) as opened:
        for subject in ("uno", "due", "tre"):
            at = imaplib.Time2Internaldate(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
            assert opened.append("INBOX", "(\\Seen)", at, message(subject))[0] == "OK"
        assert opened.fetch("1", "INTERNALDATE")[1] == [b'1 (INTERNALDATE "02-Jan-2026 03:04:05 +0000")']
        assert opened.copy("1:2", "Archive")[0] == "OK"
        assert opened.uid("MOVE", "3", "Trash")[0] == "OK"
        assert opened.status("Trash", "(MESSAGES UNSEEN)") == ("OK", [b'"Trash" (MESSAGES 1 UNSEEN 0)'])
        opened.store("1:2", "+FLAGS.SILENT", "\\Deleted")
        assert opened.uid("EXPUNGE", "2")[0] == "OK"
        assert opened.search(None, "ALL") == ("OK", [b"1"])
        assert opened.close()[0] == "OK"
        assert opened.status("INBOX", "(MESSAGES)") == ("OK", [b'"INBOX" (MESSAGES 0)'])


def test_folders_are_made_renamed_subscribed_and_deleted(office: Office) -> None:
    """Names in any script, levels, patterns, subscriptions; INBOX stays."""
    name = "Pratiche/Citt&AOA-"  # modified UTF-7 of Città
    with client(office, folder=None) as opened:
        assert opened.create(f'"{name}"')[0] == "OK"
        assert opened.list('""', '"%"')[1][-1] == b'(\\HasChildren) "/" "Pratiche"'
        assert opened.list('""', '"Prat*"')[1][-1] == b'(\\HasNoChildren) "/" "Pratiche/Citt&AOA-"'
        assert opened.list('"Pratiche/"', '"%"')[1] == [b'(\\HasNoChildren) "/" "Pratiche/Citt&AOA-"']
        assert opened.list('""', '""')[1] == [b'(\\Noselect) "/" ""']
        assert b'(\\HasNoChildren \\Sent) "/" "Sent"' in opened.list()[1]
        opened.unsubscribe("Trash")
        assert not [told for told in opened.lsub()[1] if b"Trash" in (told or b"")]
        assert opened.rename("Pratiche", "Affari")[0] == "OK"
        assert opened.select('"Affari/Citt&AOA-"')[0] == "OK"
        assert opened.create("Affari")[0] == "NO"
        assert opened.delete("INBOX")[0] == "NO"
        assert opened.delete('"Affari/Citt&AOA-"')[0] == "OK"
        assert opened.select("Nowhere")[0] == "NO"
        assert opened.append("Nowhere", None, None, message())[0] == "NO"


def test_a_folder_that_is_examined_stays_as_it_is(office: Office) -> None:
    """EXAMINE reads without marking, and changes are refused."""
    office.put(RECIPIENT, message())
    with client(office, folder=None) as opened:
        assert opened.select("INBOX", readonly=True)[0] == "OK"
        assert _section(opened, "BODY[TEXT]") == b"Buongiorno.\r\n"
        assert opened.fetch("1", "FLAGS")[1] == [b"1 (FLAGS (\\Recent))"]
        assert opened.store("1", "+FLAGS", "\\Seen")[0] == "NO"
        assert opened.expunge()[0] == "NO"


def test_nobody_reads_anothers_mail(office: Office) -> None:
    """A session has its own mailbox's folders and messages only."""
    office.put(RECIPIENT, message())
    with client(office, SENDER) as opened:
        assert opened.search(None, "ALL") == ("OK", [b""])
        assert opened.uid("FETCH", "1:*", "(BODY[])") == ("OK", [None])
        assert opened.uid("COPY", "1", "Archive")[0] == "OK"
        assert opened.status("Archive", "(MESSAGES)") == ("OK", [b'"Archive" (MESSAGES 0)'])


def test_imap_tools_works_with_a_mailbox(office: Office) -> None:
    """The library reads receipts, flags, moves and deletes them."""
    send(office)
    office.settle()
    with MailBox("localhost", office.ports["imaps"], ssl_context=office.trust).login(SENDER, PASSWORD) as box:
        assert {"INBOX", "Sent", "Trash"} <= {folder.name for folder in box.folder.list()}
        accepted, delivered = box.fetch(AND(date_gte=date(2026, 1, 1), seen=False))
        assert accepted.subject == "ACCETTAZIONE: Contratto" and delivered.subject == "CONSEGNA: Contratto"
        assert "daticert.xml" in [part.filename for part in delivered.attachments]
        assert accepted.uid and delivered.uid
        box.flag(accepted.uid, MailMessageFlags.FLAGGED, True)
        assert [found.uid for found in box.fetch(AND(flagged=True), mark_seen=False)] == [accepted.uid]
        box.move(accepted.uid, "Archive")
        box.delete(delivered.uid)
        assert box.numbers() == []
        box.folder.set("Archive")
        assert [found.subject for found in box.fetch()] == ["ACCETTAZIONE: Contratto"]
