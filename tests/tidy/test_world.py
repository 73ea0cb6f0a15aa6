"""Wall time, chance and the environment."""

from __future__ import annotations

import pytest

from tests.tidy.source import clean, product, sample
from tests.tidy.world import ALLOWED, environment_readers, unrepeatable, unused_permissions


def test_time_and_chance_are_arguments() -> None:
    """Nothing reads wall time or makes randomness but the files that own it."""
    clean(unrepeatable(product()))


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\nx = datetime.now(tz)",
        "import datetime as dt\nx = dt.datetime.utcnow()",
        "from datetime import date as day\nx = day.today",
        "import time\nx = time.time()",
        "from time import time_ns",
        "import uuid\nx = field(default_factory=uuid.uuid4)",
        "from uuid import uuid4",
        "import os\nx = os.urandom(8)",
        "import random",
        "from secrets import token_hex",
    ],
)
def test_wall_time_and_chance_are_found(text: str) -> None:
    """The rule on time and chance sees through aliases, and a mention without a call."""
    assert list(unrepeatable([sample(text)]))


def test_other_clocks_are_left_alone() -> None:
    """The workspace's clock, durations and derived ids are repeatable."""
    text = "import time, uuid\nx = clock.now()\ny = time.perf_counter()\nz = uuid.UUID(int=1)\ndatetime.now()\n"
    assert not list(unrepeatable([sample(text)]))


def test_permissions_are_needed() -> None:
    """Every file that may read wall time still does."""
    clean(unused_permissions(product(), allowed=ALLOWED))


def test_an_unused_permission_is_found() -> None:
    """The rule on permissions tells a file that reads the clock from one that does not."""
    reader = sample("import time\nx = time.time()")
    assert list(unused_permissions([sample("x = 1")], allowed=["domain/letter.py"]))
    assert not list(unused_permissions([reader], allowed=["domain/letter.py"]))


def test_only_config_reads_the_environment() -> None:
    """Settings enter by config.py alone."""
    clean(environment_readers(product()))


@pytest.mark.parametrize(
    "text", ["import os\nos.environ['X']", "import os as o\no.getenv('X')", "from os import environ"]
)
def test_a_reader_of_the_environment_is_found(text: str) -> None:
    """The rule on the environment sees each way to read it, and lets config do so."""
    assert list(environment_readers([sample(text, "sandbox/sigillo/cli/main.py")]))
    assert not list(environment_readers([sample(text, "sandbox/sigillo/config.py")]))
