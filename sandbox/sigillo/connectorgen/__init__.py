"""The generator of connectors: an OpenAPI document and an overlay in, a package for a no-code platform out.

`load` reads and judges the document, `overlay` lays the second file over it, `build` makes the neutral
`model.ConnectorModel` of both, `emit` turns that into files in memory, and `write` or `check` meets the disk.
Nothing here imports another part of sigillo: what is known of the API is what the document says.
"""

from __future__ import annotations
