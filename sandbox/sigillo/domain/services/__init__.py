"""The services as values: which moves exist, from where to where, with which event, proof and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sigillo.domain.services.ere import ERE
from sigillo.domain.services.lre import LRE
from sigillo.domain.services.table import Service

SERVICES: Mapping[str, Service] = MappingProxyType({service.name: service for service in (LRE, ERE)})
