"""What surrounds the sources: manifest, settings, codex, icons, licence, and the runtime, copied as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.wording import Wording
from sigillo.connectorgen.model import App

_LONE = re.compile(r"\[\s*(\"[^\"]*\")\s*\]")  # a list of one text, which prettier keeps on one line
_RUNTIME = Path(__file__).parents[2] / "runtime" / "n8n"

_ESLINT = """import { config } from '@n8n/node-cli/eslint';

export default config;
"""
_TOOLS = {
    "@n8n/node-cli": "0.48.3",
    "@types/luxon": "3.7.1",
    "eslint": "9.39.4",
    "prettier": "3.8.3",
    "typescript": "5.9.3",
}
_TYPESCRIPT = {
    "compilerOptions": {
        "strict": True,
        "module": "commonjs",
        "moduleResolution": "node",
        "target": "es2019",
        "lib": ["es2019", "es2020", "es2022.error"],
        "removeComments": True,
        "useUnknownInCatchVariables": False,
        "forceConsistentCasingInFileNames": True,
        "noImplicitAny": True,
        "noImplicitReturns": True,
        "noUnusedLocals": True,
        "strictNullChecks": True,
        "preserveConstEnums": True,
        "esModuleInterop": True,
        "resolveJsonModule": True,
        "incremental": True,
        "declaration": True,
        "sourceMap": True,
        "skipLibCheck": True,
        "outDir": "./dist/",
    },
    "include": ["credentials/**/*", "nodes/**/*", "nodes/**/*.json", "runtime/**/*", "package.json"],
}
_MIT = """MIT License

{notices}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def json_text(value: object) -> str:
    """Give JSON as n8n's projects have it, with tabs."""
    return json.dumps(value, indent="\t", ensure_ascii=False) + "\n"


def files(app: App, names: Names, wording: Wording) -> Iterator[tuple[str, bytes]]:
    """Give every file that is no source of the package's own, with its path."""
    yield "package.json", json_text(_manifest(app, names, wording)).encode()
    yield "tsconfig.json", json_text(_TYPESCRIPT).encode()
    yield "eslint.config.mjs", _ESLINT.encode()
    notices = "\n".join(f"Copyright (c) {holder}" for holder in app.holders)
    yield "LICENSE", _MIT.format(notices=notices).encode()
    yield f"icons/{app.key}.svg", app.logo.light
    yield f"icons/{app.key}.dark.svg", app.logo.dark
    for node in (names.node, names.trigger):
        yield f"nodes/{node}/{node}.node.json", _LONE.sub(r"[\1]", json_text(_codex(app, names))).encode()
    for path in sorted(_RUNTIME.glob("*.ts")):
        yield f"runtime/{path.name}", path.read_bytes()


def _manifest(app: App, names: Names, wording: Wording) -> Mapping[str, object]:
    return {
        "name": names.package,
        "version": app.version,
        "description": wording.plain(app.summary),
        "license": app.license,
        "homepage": app.homepage,
        "keywords": ["n8n-community-node-package", "registered-mail", "certified-mail", "lre", "pec"],
        "author": {"name": app.author, "email": app.email},
        "repository": {"type": "git", "url": app.repository},
        "scripts": {
            "build": "n8n-node build",
            "lint": "n8n-node lint",
            "lint:fix": "n8n-node lint --fix",
            "dev": "n8n-node dev",
        },
        "files": ["dist"],
        "n8n": {
            "n8nNodesApiVersion": 1,
            "strict": True,
            "credentials": [f"dist/credentials/{names.credential_class}.credentials.js"],
            "nodes": [f"dist/nodes/{node}/{node}.node.js" for node in (names.node, names.trigger)],
        },
        "devDependencies": _TOOLS,
        "peerDependencies": {"n8n-workflow": "*"},
    }


def _codex(app: App, names: Names) -> Mapping[str, object]:
    return {
        "node": names.package,
        "nodeVersion": "1.0",
        "codexVersion": "1.0",
        "categories": ["Communication"],
        "resources": {
            "credentialDocumentation": [{"url": f"{app.documentation}#credentials"}],
            "primaryDocumentation": [{"url": app.documentation}],
        },
    }
