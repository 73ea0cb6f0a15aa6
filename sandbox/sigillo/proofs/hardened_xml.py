"""Reading XML that strangers wrote: bounded, without document types, entities, network or comments inside values.

Canonical XML without comments signs ``<Code>a<!-- -->b</Code>`` and ``<Code>ab</Code>`` alike, while a reader of the
first text node sees ``a``. What is read here is therefore either the whole value or an error.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from sigillo.domain.errors import MalformedInput

Element = etree._Element
MAX_XML_BYTES: Final = 2 * 1024 * 1024


def parse(data: bytes, *, what: str, max_bytes: int = MAX_XML_BYTES) -> etree._Element:
    """Parse a document and give its root; ``what`` names it in the :class:`MalformedInput` of anything else."""
    if len(data) > max_bytes:
        raise MalformedInput(f"The {what} has {len(data)} bytes; at most {max_bytes} are read.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, LookupError) as error:
        raise MalformedInput(f"The {what} is not well-formed XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise MalformedInput(f"The {what} has a document type declaration, which is never read; remove it.")
    return root


def children(parent: etree._Element, tag: str) -> list[etree._Element]:
    """Give the children of that name, ``{namespace}local`` or ``local``, in document order."""
    return list(parent.iterchildren(tag))


def optional(parent: etree._Element, tag: str) -> etree._Element | None:
    """Give the one child of that name, None without one; :class:`MalformedInput` when there are several."""
    found = children(parent, tag)
    if len(found) > 1:
        raise MalformedInput(f"Line {found[1].sourceline}: a second {_local(tag)} in {_name(parent)}; one is allowed.")
    return found[0] if found else None


def required(parent: etree._Element, tag: str) -> etree._Element:
    """Give the one child of that name; :class:`MalformedInput` when there is none, or several."""
    found = optional(parent, tag)
    if found is None:
        raise MalformedInput(f"Line {parent.sourceline}: {_name(parent)} has no {_local(tag)}, which it needs.")
    return found


def text(element: etree._Element) -> str:
    """Give an element's whole text; :class:`MalformedInput` when anything but text is inside."""
    if len(element):
        raise MalformedInput(f"Line {element.sourceline}: {_name(element)} holds more than text.")
    return element.text or ""


def optional_text(parent: etree._Element, tag: str) -> str | None:
    """Give the text of the one child of that name, None without one."""
    found = optional(parent, tag)
    return None if found is None else text(found)


def required_text(parent: etree._Element, tag: str) -> str:
    """Give the text of the one child of that name; :class:`MalformedInput` without one."""
    return text(required(parent, tag))


def _name(element: etree._Element) -> str:
    return _local(str(element.tag))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
