"""Layers: names of modules, imports of the core, purity of the domain, ignorance of connectorgen."""

from __future__ import annotations

import pytest

from tests.tidy.layers import empty_names, foreign_imports, knowing_generator, worldly_domain
from tests.tidy.source import clean, product, sample, suite


def test_module_names_say_what_is_inside() -> None:
    """No module or package is called utils, helpers, common, models or manager."""
    clean(empty_names(product() + suite()))


@pytest.mark.parametrize("path", ["sandbox/sigillo/api/utils.py", "sandbox/sigillo/models/letter.py"])
def test_an_empty_name_is_found(path: str) -> None:
    """The rule on names sees files and folders."""
    assert list(empty_names([sample("", path)]))


def test_the_core_imports_the_standard_library_only() -> None:
    """Neither domain nor application imports a third party's package."""
    clean(foreign_imports(product()))


@pytest.mark.parametrize("text", ["import pydantic", "from lxml import etree", "def f():\n    import httpx.api"])
def test_a_foreign_import_is_found(text: str) -> None:
    """The rule on the core sees imports in any form and place, and does not mind those of the edges."""
    assert list(foreign_imports([sample(text)]))
    assert not list(foreign_imports([sample(text, "sandbox/sigillo/storage/sql.py")]))
    assert not list(foreign_imports([sample("import json\nfrom sigillo.domain import ids\n")]))


def test_the_domain_is_pure() -> None:
    """The domain reads no clock, chance, environment or file, starts no thread and writes no log."""
    clean(worldly_domain(product()))


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from time import sleep",
        "import logging as log",
        "from pathlib import Path",
        "import pathlib\npathlib.Path('x')",
        "import urllib.request",
        "open('x')",
        "print('x')",
    ],
)
def test_the_world_in_the_domain_is_found(text: str) -> None:
    """The rule on purity sees each way in, and lets pure paths and the application's threads pass."""
    assert list(worldly_domain([sample(text)]))
    assert not list(worldly_domain([sample(text, "sandbox/sigillo/application/outbox.py")]))
    assert not list(worldly_domain([sample("from pathlib import PurePosixPath\nfrom urllib.parse import quote\n")]))


def test_connectorgen_knows_nothing_of_the_rest() -> None:
    """The generator imports no other part of sigillo."""
    clean(knowing_generator(product()))


def test_a_knowing_generator_is_found() -> None:
    """The rule on the generator tells its own modules from the rest."""
    path = "sandbox/sigillo/connectorgen/load.py"
    assert list(knowing_generator([sample("from sigillo.domain import errors", path)]))
    assert list(knowing_generator([sample("from sigillo import domain", path)]))
    assert not list(knowing_generator([sample("from sigillo.connectorgen import model", path)]))
