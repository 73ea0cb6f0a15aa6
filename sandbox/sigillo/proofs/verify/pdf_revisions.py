"""What of a PDF a signature covers: ByteRange, the room of ``/Contents``, and what was appended later.

1. The ByteRange starts at the first byte and leaves out exactly one hexadecimal string, nothing around it.
2. That string is the very ``/Contents`` that is read, spelled in one case.
3. The range reaches the end of the file. Else pyHanko's difference analysis says whether what was appended since is
   only validation data, or a document timestamp: anything else is not covered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import new as new_hash
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from sigillo.domain.errors import MalformedInput
from sigillo.domain.verdict import Check
from sigillo.proofs.verify.findings import INTEGRITY, indeterminate, invalid, valid

_NUMBERS: Final = 4


@dataclass(frozen=True, slots=True)
class Covered:
    """The two stretches that a signature covers, and the signature's own bytes, padding included."""

    before: bytes
    after: bytes
    contents: bytes
    reaches_end: bool

    @property
    def digest(self) -> Callable[[str], bytes]:
        """Give the digest of what is covered, by algorithm name."""

        def digest(algorithm: str) -> bytes:
            hashed = new_hash(algorithm, self.before, usedforsecurity=False)
            hashed.update(self.after)
            return hashed.digest()

        return digest


def covered(data: bytes, embedded: EmbeddedPdfSignature) -> Covered:
    """Read what a signature covers: steps 1 and 2. :class:`MalformedInput` when the range is not a plain one."""
    numbers = [int(number) for number in embedded.byte_range]
    if len(numbers) != _NUMBERS or numbers[0] != 0 or any(number < 0 for number in numbers):
        raise MalformedInput("The signature's ByteRange does not start at the file's first byte.")
    _, gap, resume, rest = numbers
    if not gap < resume <= resume + rest <= len(data):
        raise MalformedInput("The signature's ByteRange does not fit the file: it was cut or changed.")
    room = data[gap:resume]
    contents = _contents(room)
    if contents != bytes(embedded.pkcs7_content):
        raise MalformedInput("What the signature's ByteRange leaves out is not the signature itself.")
    return Covered(data[:gap], data[resume : resume + rest], contents, resume + rest == len(data))


def judge_coverage(here: Covered, embedded: EmbeddedPdfSignature) -> Check:
    """Say whether the signature covers the file, or only what may be added to a signed file was: step 3."""
    if here.reaches_end:
        return valid(INTEGRITY, "whole_file", "The signature covers the whole file, but for itself.")
    level = _added(embedded)
    if level is ModificationLevel.NONE:
        said = "Nothing of the document was changed after it was signed; bytes that belong to nothing stand behind it."
        return valid(INTEGRITY, "bytes_added", said)
    if level is ModificationLevel.LTA_UPDATES:
        return valid(INTEGRITY, "validation_data_added", "Only data for validation was added after it was signed.")
    if level is ModificationLevel.FORM_FILLING or level is ModificationLevel.ANNOTATIONS:
        return indeterminate(
            INTEGRITY, "changes_allowed", "Forms or remarks were filled in after it was signed, as the signer allowed."
        )
    return invalid(INTEGRITY, "not_covered", "Something was added to the file after it was signed.")


def _contents(room: bytes) -> bytes:
    text = room[1:-1]
    if room[:1] != b"<" or room[-1:] != b">" or text not in (text.lower(), text.upper()):
        raise MalformedInput("Where the signature stands in the file, something else was written.")
    try:
        return bytes.fromhex(text.decode("ascii")) if not text.split()[1:] else b""
    except ValueError:
        raise MalformedInput("The signature in the file is not hexadecimal.") from None


def _added(embedded: EmbeddedPdfSignature) -> ModificationLevel:
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
    said = embedded.summarise_integrity_info()
    result = said["diff_result"]
    if not isinstance(result, DiffResult) or not said["docmdp_ok"]:
        return ModificationLevel.OTHER
    return result.modification_level


def pdf_name(dictionary: generic.DictionaryObject, key: str) -> str:
    """Give a name entry of a dictionary as text, "" without it."""
    return str(pdf_value(dictionary, key) or "")


def pdf_value(dictionary: generic.DictionaryObject, key: str) -> object:
    """Give an entry of a dictionary, wherever in the file it stands, None without it; the library's ``get`` does not
    follow references."""
    return dictionary[key] if key in dictionary else None  # noqa: SIM401 - see above
