"""Who may look at the world: the clock on the wall, chance, and the environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.tidy.source import Source, imports

# Files that own wall time or make what nobody may predict, each with its reason. An entry that is not used must go.
ALLOWED: dict[str, str] = {
    "bootstrap.py": "the one reading of the wall, behind clocks that run",
    "cli/api_keys.py": "an API key must not follow from a seed",
}

# `perf_counter` and `monotonic` are free: they measure a duration and cannot become a fact about a letter.
_UNREPEATABLE = {
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.getrandom",
    "os.urandom",
    "time.gmtime",
    "time.localtime",
    "time.time",
    "time.time_ns",
    "uuid.getnode",
    "uuid.uuid1",
    "uuid.uuid4",
}
_UNREPEATABLE_MODULES = ("random", "secrets")
_ENVIRONMENT = ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv")
_READS_THE_ENVIRONMENT = "config.py"


def unrepeatable(sources: Iterable[Source]) -> Iterator[str]:
    """Uses of wall time and chance outside of the files that own them."""
    for source in sources:
        if source.module and source.module not in ALLOWED:
            for line, name in _unrepeatable(source):
                yield source.at(
                    line, f"{name} gives another answer each time; take the instant, stream or id as an argument"
                )


def unused_permissions(sources: Iterable[Source], *, allowed: Iterable[str]) -> Iterator[str]:
    """Entries of the allow-list that no file needs any more."""
    users = {source.module for source in sources if any(_unrepeatable(source))}
    for name in allowed:
        if name not in users:
            yield f"tests/tidy/world.py:1: {name} no longer needs its place in ALLOWED; take it out"


def environment_readers(sources: Iterable[Source]) -> Iterator[str]:
    """Uses of the environment outside of config."""
    for source in sources:
        if source.module and source.module != _READS_THE_ENVIRONMENT:
            for line, name in [*source.meant(), *imports(source)]:
                if f"{name}.".startswith(tuple(f"{bad}." for bad in _ENVIRONMENT)):
                    yield source.at(
                        line, f"{name}: only config.py reads the environment; add a setting there and pass its value"
                    )


def _unrepeatable(source: Source) -> Iterator[tuple[int, str]]:
    for line, name in [*source.meant(), *imports(source)]:
        if name in _UNREPEATABLE or name.partition(".")[0] in _UNREPEATABLE_MODULES:
            yield line, name
