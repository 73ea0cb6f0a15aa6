"""How the files, classes and types of a package are called, all after the app's name."""

from __future__ import annotations

from dataclasses import dataclass

from sigillo.connectorgen.emit.n8n.wording import pascal
from sigillo.connectorgen.fields import Path
from sigillo.connectorgen.model import App


def simple_name(column: Path) -> str:
    """Give how a column is called in a simplified answer: `recipient_email`."""
    return "_".join(column)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one package."""

    app: App

    @property
    def package(self) -> str:
        """The package: `n8n-nodes-sigillo`."""
        return f"n8n-nodes-{self.app.key}"

    @property
    def node(self) -> str:
        """The class, the folder and the file of the node: `Sigillo`."""
        return pascal(self.app.name)

    @property
    def trigger(self) -> str:
        """The same of the trigger: `SigilloTrigger`."""
        return f"{self.node}Trigger"

    @property
    def key(self) -> str:
        """The node's type, and the stem of other names: `sigillo`."""
        return self.node[:1].lower() + self.node[1:]

    @property
    def credential(self) -> str:
        """The credential's type: `sigilloApi`."""
        return f"{self.key}Api"

    @property
    def credential_class(self) -> str:
        """The credential's class and file: `SigilloApi`."""
        return f"{self.node}Api"

    def icon(self, up: str) -> dict[str, str]:
        """The icons, as seen from a folder `up` of the package's root."""
        return {"light": f"file:{up}icons/{self.app.key}.svg", "dark": f"file:{up}icons/{self.app.key}.dark.svg"}
