"""What a server has resident after passwords were judged."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_SCRIPT = """
from threading import Thread
from sigillo.cli.memory import return_large_blocks
from sigillo.domain.password import Password

def resident_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) // 1024

def judge():
    assert kept.matches("a password")

{done}
kept = Password.of("a password", salt=b"0123456789abcdef")
before = resident_mib()
for _ in range(4):
    thread = Thread(target=judge)
    thread.start()
    thread.join()
print(resident_mib() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the C library is not the one whose habit this changes")
@pytest.mark.parametrize(("done", "stays"), [("assert return_large_blocks()", False), ("", True)])
def test_judging_passwords_leaves_nothing_resident(done: str, stays: bool) -> None:
    """Each takes 16 MiB, which are given back whatever the thread; without the setting they stay."""
    script = _SCRIPT.format(done=done)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert (int(run.stdout) >= 16) is stays, run.stdout
