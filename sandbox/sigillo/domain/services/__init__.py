"""The services as values: which moves exist, from where to where, with which event, proof and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sigillo.domain.services.consent import CONSENT
from sigillo.domain.services.ere import ERE
from sigillo.domain.services.lre import LRE
from sigillo.domain.services.pec import PEC
from sigillo.domain.services.table import Service

LETTER_SERVICES: Mapping[str, Service] = MappingProxyType({service.name: service for service in (LRE, ERE, PEC)})
"""The services that letters have: what a sender or a scenario can name."""

SERVICES: Mapping[str, Service] = MappingProxyType({**LETTER_SERVICES, CONSENT.name: CONSENT})
"""Every service that items of the journal have; a consent is an item of its own."""
