"""The bytes of a sandbox container that no seal covers: zip headers, which hold one value only.

A container of this sandbox is laid out in one way (:mod:`sigillo.proofs.asice`): each header follows from the entries'
names, sizes and checksums, and nothing stands between, before or behind. Whatever differs was changed afterwards.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import BinaryIO, Final
from zipfile import ZIP_STORED, ZipInfo

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_PERMISSIONS: Final = 0o100644 << 16
_VERSION: Final = 20
_UTF8_NAME: Final = 0x800
_CENTRAL: Final = "<4s6H3I5H2I"
_END: Final = "<4s4H2IH"


def is_canonical(file: BinaryIO, infos: Sequence[ZipInfo]) -> bool:
    """Tell whether every byte of the container that is not an entry's content is the one that the sandbox writes."""
    place = 0
    for info in infos:
        local = info.FileHeader(zip64=False)
        if info.header_offset != place or not _is_plain(info) or _read(file, place, len(local)) != local:
            return False
        place += len(local) + info.file_size
    directory = b"".join(map(_central, infos))
    end = struct.pack(_END, b"PK\x05\x06", 0, 0, len(infos), len(infos), len(directory), place, 0)
    return _read(file, place, len(directory) + len(end) + 1) == directory + end


def _is_plain(info: ZipInfo) -> bool:
    return (
        info.date_time == _EARLIEST
        and info.compress_type == ZIP_STORED
        and info.flag_bits == (0 if info.filename.isascii() else _UTF8_NAME)
        and info.create_version == info.extract_version == _VERSION
        and not info.extra
    )


def _central(info: ZipInfo) -> bytes:
    name = info.filename.encode()
    return (
        struct.pack(
            _CENTRAL,
            b"PK\x01\x02",
            _UNIX << 8 | _VERSION,
            _VERSION,
            info.flag_bits,
            ZIP_STORED,
            0,
            0x21,  # 1980-01-01
            info.CRC,
            info.compress_size,
            info.file_size,
            len(name),
            0,
            0,
            0,
            0,
            _PERMISSIONS,
            info.header_offset,
        )
        + name
    )


def _read(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)
