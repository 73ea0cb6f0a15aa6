"""The policies that the sandbox's certificates and tokens name, and what they say to people.

The identifiers stand in the 2.25 arc (X.667: one UUID, no registration), under one UUID drawn for this project.
No list of trusted services will ever contain them.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509

# UUID e5d23186-bfee-4515-9b5a-863db8361cb8
ARC: Final = "2.25.305484597889082092003043772830395538616"
EVIDENCE_POLICY: Final = x509.ObjectIdentifier(f"{ARC}.1")
TIMESTAMP_POLICY: Final = x509.ObjectIdentifier(f"{ARC}.2")
ANY_POLICY: Final = x509.ObjectIdentifier("2.5.29.32.0")

NOTICE_EN: Final = "SANDBOX – not qualified, no legal value"
NOTICE_FR: Final = "BAC À SABLE – non qualifié, sans valeur juridique"
NOTICE: Final = f"{NOTICE_EN} / {NOTICE_FR}"
# Names in certificates stay in ASCII: some verifiers print nothing else.
ORGANIZATION: Final = "Sigillo SANDBOX (not qualified)"


def policy_information(policy: x509.ObjectIdentifier) -> x509.PolicyInformation:
    """Give a certificate policy with the notice in both languages as its user notice (RFC 5280 §4.2.1.4)."""
    return x509.PolicyInformation(policy, [x509.UserNotice(None, NOTICE)])
