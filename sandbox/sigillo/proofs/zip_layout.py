"""Whether every byte of a zip file outside of its entries' data is what :mod:`asice` writes.

Entries' data is under checksums and digests; headers are under nothing, and a reader may believe the directory or
the headers before the entries. In an exact container both say the same, entry follows entry without a gap, and each
field has the one value that we write: no byte can be changed without being noticed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, ZipInfo

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)  # the zero of the zip format
_END: Final = b"PK\x05\x06"
_RECORD: Final = b"PK\x01\x02"
_VERSION: Final = 20
_UNIX: Final = 3
_PERMISSIONS: Final = 0o100644 << 16


def plain_info(name: str) -> ZipInfo:
    """Give the one header that an entry of that name has, sizes and checksum still open."""
    info = ZipInfo(name, EARLIEST)
    info.compress_type = ZIP_STORED
    info.create_system = _UNIX
    info.external_attr = _PERMISSIONS
    return info


def is_exact(file: BinaryIO, infos: Sequence[ZipInfo]) -> bool:
    """Tell whether the file, of which ``infos`` is the directory, has no header byte that we would not write."""
    place = 0
    directory = b""
    for info in infos:
        header = _header(info)
        if _at(file, place, len(header)) != header:
            return False
        directory += _record(header, place)
        place += len(header) + info.file_size
    directory += struct.pack("<4sHHHHIIH", _END, 0, 0, len(infos), len(infos), len(directory), place, 0)
    return _at(file, place, len(directory) + 1) == directory


def _header(info: ZipInfo) -> bytes:
    """The header before the entry, with sizes and checksum of the directory (APPNOTE 4.3.7)."""
    plain = plain_info(info.filename)
    plain.CRC, plain.file_size, plain.compress_size = info.CRC, info.file_size, info.file_size
    return plain.FileHeader(zip64=False)


def _record(header: bytes, place: int) -> bytes:
    """The directory's record of the same entry (APPNOTE 4.3.12): what the header says from byte 4 on, and more."""
    made_by = struct.pack("<BB", _VERSION, _UNIX)
    more = struct.pack("<HHHII", 0, 0, 0, _PERMISSIONS, place)
    return _RECORD + made_by + header[4:30] + more + header[30:]


def _at(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)
