"""Which messages follow from a letter's journal, and whom a relay may be handed mail for."""

from __future__ import annotations

from hashlib import sha256

import pytest

from sigillo.domain.claims import claim_for
from sigillo.domain.errors import MalformedInput
from sigillo.domain.letter import ProofKind
from sigillo.domain.outgoing_mail import MailKind, OutgoingMail, event_of_mail, mail_id, mails_of
from sigillo.domain.recipient_link import identity_code, opens, page_secret
from sigillo.domain.relay import may_be_mailed, parse_relay
from sigillo.domain.services import SERVICES
from sigillo.domain.workspace import Workspace
from tests.simulation.world import World


def mails(address: str) -> tuple[World, str, list[OutgoingMail]]:
    """The messages of a letter to an address, when all is over."""
    world = World()
    letter_id = world.send(address)
    world.sandbox.simulation.advance_until(world.id, "idle")
    letter, events = world.sandbox.queries.history(world.id, letter_id)
    return world, letter_id, mails_of(letter, events, SERVICES[letter.service])


@pytest.mark.parametrize("service", ["lre", "ere"])
def test_the_notice_is_the_text_that_the_dispatch_attests(service: str) -> None:
    """The digest in the dispatch proof is that of the notice's text, to the byte."""
    world, letter_id, sent = mails(f"neglect@{service}.test")
    letter, events = world.sandbox.queries.history(world.id, letter_id)
    claim = claim_for(letter, events, ProofKind.DISPATCH, service=SERVICES[service])
    [notice] = [mail.notice for mail in sent if mail.notice is not None]
    assert sha256(notice.encode()).hexdigest() == claim.notice_sha256


def test_messages_about_a_letter_are_one_thread() -> None:
    """Whatever follows the first message names it, so that mail readers show them together."""
    _, _, sent = mails("neglect@lre.test")
    assert [mail.kind for mail in sent] == [MailKind.NOTICE, *[MailKind.REMINDER] * 3]
    assert {mail.thread_id for mail in sent} == {sent[0].id}


def test_a_message_is_named_after_its_fact() -> None:
    """An id leads back to its event, and what is no such id leads nowhere."""
    assert mail_id("evt_0123456789abcdefghjk_03") == "mail_0123456789abcdefghjk_03"
    assert event_of_mail("mail_0123456789abcdefghjk_03") == "evt_0123456789abcdefghjk_03"
    for wrong in ("", "mail_", "evt_0123456789abcdefghjk_03", "mail_0123456789abcdefghjk_3", "mail_x_03"):
        assert event_of_mail(wrong) is None


def test_a_secret_opens_one_letter_of_one_workspace() -> None:
    """Neither another letter's, nor another workspace's of the same seed, nor a part of it, nor nothing at all."""
    here, there = Workspace("ws_a", "a", "1"), Workspace("ws_b", "b", "1")
    secret = page_secret(here, "ltr_1")
    assert opens(here, "ltr_1", secret)
    for workspace, letter_id, given in (
        (here, "ltr_2", secret),
        (there, "ltr_1", secret),
        (here, "ltr_1", secret[:-1]),
        (here, "ltr_1", ""),
        (here, "ltr_1", "é"),
    ):
        assert not opens(workspace, letter_id, given)
    assert len({identity_code(here, "ltr_1", failures) for failures in range(5)}) == 5


@pytest.mark.parametrize(
    ("url", "shown", "loopback"),
    [
        ("smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025", True),
        ("smtp://localhost", "smtp://localhost:25", True),
        ("smtp://[::1]:2525/", "smtp://[::1]:2525", True),
        ("smtps://me:p%40ss@mail.example.org", "smtps://me:…@mail.example.org:465", False),
    ],
)
def test_a_relay_is_read_and_shown_without_its_password(url: str, shown: str, loopback: bool) -> None:
    """Host, port by scheme, user and password are read; showing it, in words or in a trace, leaves the password out."""
    relay = parse_relay(url)
    assert (relay.shown, relay.is_loopback) == (shown, loopback)
    assert relay.password in (None, "p@ss")
    assert "p@ss" not in repr(relay)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org:25",
        "http://h:25",
        "smtp://",
        "smtp://h:0x",
        "smtp://h:99999",
        "smtp://secret@h",
        "smtp://h/x",
    ],
)
def test_what_is_no_relay_is_refused_and_not_repeated(url: str) -> None:
    """The refusal says how to write it and repeats nothing, for there may be a password in it."""
    with pytest.raises(MalformedInput) as refused:
        parse_relay(url)
    assert "smtp://host:port" in refused.value.detail
    assert "secret" not in refused.value.detail


def test_nobody_is_mailed_by_accident() -> None:
    """Reserved names are mailed through this machine alone; everybody else through any relay."""
    for address in ("accept@lre.test", "a@TEST", "a@example.com", "a@x.example.org.", "a@b.invalid", "a@localhost"):
        assert not may_be_mailed(address, by_loopback=False)
        assert may_be_mailed(address, by_loopback=True)
    for address in ("a@contest.fr", "a@myexample.com", "a@test.fr"):
        assert may_be_mailed(address, by_loopback=False)
