"""Judges a logo: an SVG of shapes, since editors show it to people who did not choose it. What can act is refused.

1. The file is XML as it stands: no document type, no entity, no instruction to a reader.
2. Every element is one of SVG's shapes, paints and texts: no script, nothing foreign, no animation, no image.
3. No attribute is a handler, and no attribute or style leads anywhere but to a place in the file itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

MOST_BYTES = 256 * 1024

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = frozenset(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan style linearGradient "
    "radialGradient stop clipPath mask pattern".split()
)
_LEADS = frozenset({"href", "src"})
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import|javascript:|expression\(|\\", re.IGNORECASE)


def judge_logo(content: bytes) -> Iterator[str]:
    """Give what is wrong with a logo; nothing where it may be shown."""
    if len(content) > MOST_BYTES:
        yield f"it is larger than {MOST_BYTES // 1024} KB"
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as wrong:
        yield f"it is no XML ({wrong})"
        return
    if root.tag != f"{{{_SVG}}}svg":
        yield f"its root is no svg of {_SVG}"
        return
    if root.getroottree().docinfo.internalDTD is not None:
        yield "it has a document type"
    for node in [*root.itersiblings(preceding=True), *root.itersiblings(), *root.iter()]:
        yield from _node(node)


def _node(node: etree._Element) -> Iterator[str]:
    if isinstance(node, etree._Comment):
        return
    if isinstance(node, etree._ProcessingInstruction | etree._Entity):
        yield "it has an instruction to its reader, or an entity"
        return
    name = etree.QName(node)
    if name.namespace != _SVG or name.localname not in _SHAPES:
        yield f"its element {name.localname!r} is no shape"
    if name.localname == "style" and _OUTSIDE.search("".join(map(str, node.itertext()))):
        yield "its style leads out of the file"
    for key, value in node.attrib.items():
        attribute = etree.QName(key).localname.lower()
        if attribute.startswith("on"):
            yield f"its attribute {attribute!r} is a handler"
        elif attribute in _LEADS and not str(value).startswith("#"):
            yield f"its {attribute!r} leads out of the file"
        elif _OUTSIDE.search(str(value)):
            yield f"its attribute {attribute!r} leads out of the file"
