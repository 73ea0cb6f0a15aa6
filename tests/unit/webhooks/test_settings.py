"""The setting that opens private networks to the webhooks of sandboxes."""

from __future__ import annotations

import pytest

from sigillo.bootstrap import build
from sigillo.config import settings
from sigillo.domain.errors import Invalid


def test_networks_are_named_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of networks is read, and a sandbox built with it refuses the others and nothing of these."""
    monkeypatch.setenv("SIGILLO_WEBHOOK_NETWORKS", "10.1.0.0/16, fd12::/16,")
    chosen = settings()
    assert chosen.shown()["webhook_networks"] == "10.1.0.0/16,fd12::/16"
    sandbox = build(data=None, webhook_networks=chosen.networks)
    assert sandbox.courier.refusal("http://10.1.2.3/", live=False) is None
    assert sandbox.courier.refusal("http://10.2.0.1/", live=False)
    assert sandbox.courier.refusal("http://10.1.2.3/", live=True)
    sandbox.close()


@pytest.mark.parametrize("wrong", ["10.1.0.0/33", "10.1.0.1/16", "intranet", "10.0.0.0/8;fd12::/16"])
def test_what_is_no_network_is_told(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """A list that cannot be read stops the start, naming the variable."""
    monkeypatch.setenv("SIGILLO_WEBHOOK_NETWORKS", wrong)
    with pytest.raises(Invalid) as refused:
        settings()
    assert "SIGILLO_WEBHOOK_NETWORKS" in refused.value.errors[0].pointer
