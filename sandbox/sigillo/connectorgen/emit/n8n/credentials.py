"""The credential: where the server is, the key, and a request that tells a good key from a bad one."""

from __future__ import annotations

from sigillo.connectorgen.emit.n8n import words
from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.nodes import HEADER
from sigillo.connectorgen.emit.n8n.properties import Property
from sigillo.connectorgen.emit.n8n.wording import Wording
from sigillo.connectorgen.emit.typescript import Value, literal
from sigillo.connectorgen.fields import Kind
from sigillo.connectorgen.model import App

_IMPORTS = """import type {
	IAuthenticateGeneric,
	Icon,
	ICredentialTestRequest,
	ICredentialType,
	INodeProperties,
} from 'n8n-workflow';
"""


def source(app: App, names: Names, wording: Wording) -> tuple[str, str]:
    """Give the path and the text of the credential's source."""
    properties: list[Value] = [*_properties(app, wording)]
    authenticate: Value = {
        "type": "generic",
        "properties": {"headers": {app.auth.header: f"={app.auth.prefix}{{{{$credentials.apiKey}}}}"}},
    }
    test: Value = {"request": {"baseURL": _base(app), "url": app.auth.test.path}}
    members: list[tuple[str, Value]] = [
        ("name", names.credential),
        ("displayName", f"{app.name} API"),
        ("icon: Icon", names.icon("../")),
        ("documentationUrl", f"{app.documentation}#credentials"),
        ("properties: INodeProperties[]", properties),
        ("authenticate: IAuthenticateGeneric", authenticate),
        ("test: ICredentialTestRequest", test),
    ]
    body = "\n\n".join(f"\t{name} = {literal(value, depth=1, before=len(name) + 3)};" for name, value in members)
    text = f"{HEADER}{_IMPORTS}\nexport class {names.credential_class} implements ICredentialType {{\n{body}\n}}\n"
    return f"credentials/{names.credential_class}.credentials.ts", text


def _properties(app: App, wording: Wording) -> list[Property]:
    options: list[dict[str, Value]] = [
        {
            "name": wording.title(server.label),
            "value": server.key,
            "description": wording.sentence(server.help),
        }
        for server in app.servers
    ]
    options.sort(key=lambda option: str(option["name"]).lower())
    asked = [server.key for server in app.servers if server.url is None]
    return [
        {
            "displayName": wording.plain(words.ENVIRONMENT),
            "name": "environment",
            "type": "options",
            "options": [*options],
            "default": app.default_server,
        },
        {
            "displayName": wording.plain(words.SERVER_URL),
            "name": "url",
            "type": "string",
            "required": True,
            "default": "",
            "placeholder": wording.example(Kind.URL, "https://registered-mail.example.com"),
            "displayOptions": {"show": {"environment": [*asked]}},
            "description": wording.plain(words.SERVER_URL_HELP),
        },
        {
            "displayName": wording.title(app.auth.label),
            "name": "apiKey",
            "type": "string",
            "typeOptions": {"password": True},
            "required": True,
            "default": "",
            "placeholder": wording.example(Kind.TEXT, app.auth.placeholder),
            "description": wording.sentence(app.auth.help),
        },
    ]


def _base(app: App) -> str:
    """An expression that gives the chosen server's address, without a stroke at its end."""
    known = [(server.key, server.url) for server in app.servers if server.url is not None]
    choice = "".join(f"$credentials.environment === '{key}' ? '{url}' : " for key, url in known)
    return f"={{{{ {choice}$credentials.url.replace(/\\/+$/, '') }}}}"
