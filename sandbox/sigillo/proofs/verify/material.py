"""What is to be judged: documents, their digests, and what was given together with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import new as new_hash
from io import BytesIO
from typing import BinaryIO, Final, TypeVar, cast

from sigillo.domain.errors import MalformedInput, TooLarge
from sigillo.domain.verdict import Verdict
from sigillo.proofs.verify.trust import TrustList

Found = TypeVar("Found")
_CHUNK_BYTES: Final = 1 << 18
HEAD_BYTES: Final = 4096
MAX_WHOLE_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document under the name that it was given, ``size`` in bytes; ``chunks`` starts its bytes anew at each call.

    ``file`` is there when the bytes are a file that can seek. What cannot be unpacked raises MalformedInput.
    """

    name: str
    size: int
    chunks: Callable[[], Iterator[bytes]]
    file: BinaryIO | None = None
    _digests: dict[str, bytes] = field(default_factory=dict)
    _found: dict[Callable[[Document], object], object] = field(default_factory=dict)

    def head(self) -> bytes:
        """Give the first 4096 bytes."""
        return next(self.chunks(), b"")[:HEAD_BYTES]

    def whole(self, max_bytes: int = MAX_WHOLE_BYTES) -> bytes:
        """Give all bytes; TooLarge when there are more than ``max_bytes``."""
        if self.size > max_bytes:
            raise TooLarge(f"This has {self.size} bytes; a document of its kind is read up to {max_bytes} bytes.")
        return b"".join(self.chunks())

    def seekable(self) -> BinaryIO:
        """Give the bytes as a file that can seek; TooLarge when there is none and they are too many to hold."""
        return self.file or BytesIO(self.whole())

    def once(self, read: Callable[[Document], Found]) -> Found:
        """Give what a reading finds in the document; every fellow asks for the same, and each reading is done once."""
        if read not in self._found:
            self._found[read] = read(self)
        return cast(Found, self._found[read])

    def digest(self, algorithm: str) -> bytes:
        """Give the digest by a hashlib name, e.g. ``sha256``; each is made once."""
        if algorithm not in self._digests:
            digest = new_hash(algorithm, usedforsecurity=False)
            for chunk in self.chunks():
                digest.update(chunk)
            self._digests[algorithm] = digest.digest()
        return self._digests[algorithm]


def document_of(name: str, file: BinaryIO) -> Document:
    """Make a document of a file that can seek; it stays open and the caller's."""

    def chunks() -> Iterator[bytes]:
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk

    return Document(name, file.seek(0, 2), chunks, file)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Documents given together: each may be content, or a fellow proof, of another.

    ``judge_all`` judges another case, as that of a container's entries; ``depth`` counts the containers around.
    """

    documents: tuple[Document, ...]
    trust: TrustList
    judge_all: Callable[[Case], list[Judgement]]
    depth: int = 0

    def inside(self, entries: tuple[Document, ...]) -> Case:
        """Give the case of a container's entries: they stand by themselves."""
        return Case(entries, self.trust, self.judge_all, self.depth + 1)

    def others(self, document: Document) -> tuple[Document, ...]:
        """Give all documents but one."""
        return tuple(other for other in self.documents if other is not document)

    def with_digest(self, algorithm: str, digest: bytes, *, but: Document) -> Document | None:
        """Give the first other document of that digest; unreadable ones have none."""
        return next((other for other in self.others(but) if _has(other, algorithm, digest)), None)


@dataclass(frozen=True, slots=True)
class Vouched:
    """A document that another one vouches for; ``extent`` says for what of it, when that is not every byte."""

    document: Document
    extent: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and the documents given beside that it vouches for; ``is_bare`` when it proves nothing itself."""

    verdict: Verdict
    vouched: tuple[Vouched, ...] = ()
    is_bare: bool = False


def _has(document: Document, algorithm: str, digest: bytes) -> bool:
    try:
        return document.digest(algorithm) == digest
    except MalformedInput:
        return False
