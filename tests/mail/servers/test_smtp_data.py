"""A message's bytes as they come in over SMTP: the limit counts before and after line ends are put right."""

from __future__ import annotations

from contextlib import closing

import pytest

from sigillo.mail.servers.smtp_data import Incoming, Unfit


@pytest.mark.parametrize(("body", "is_taken"), [(b"\r" * 48 + b"a", True), (b"\r" * 51, False), (b"x" * 101, False)])
def test_bare_line_ends_count_twice(body: bytes, *, is_taken: bool) -> None:
    """A hundred bytes may come in, each bare CR taking two."""
    with closing(Incoming(most_bytes=100, most_line_bytes=1000)) as incoming:
        assert incoming.feed(body + b"\r\n.\r\nNOOP") == b"NOOP"
        if is_taken:
            assert incoming.message() == b"\r\n" * 48 + b"a\r\n"
            return
        with pytest.raises(Unfit) as refused:
            incoming.message()
        assert refused.value.args[0] == 552
