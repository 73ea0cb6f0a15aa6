"""E-mails sent to be judged: by this server's roots, and by others."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding

from tests.api.caller import Caller
from tests.mail.pec.post import PDF, messages, post


def test_a_receipt_is_judged_over_the_api(memory_api: Caller) -> None:
    """A PEC receipt with the file that it delivered: valid under its own root, indeterminate under the workspace's."""
    authority = post().authority
    lists = b"".join(crl.public_bytes(Encoding.PEM) for crl in authority.crls)
    trust = ("trust", ("root.pem", authority.root.cert.public_bytes(Encoding.PEM) + lists))
    files = [("files", ("receipt.eml", messages()["brief"])), ("files", ("contract.pdf", PDF))]
    judged = memory_api("POST", "/v1/verifications", files=[*files, trust]).json()
    assert judged["conclusion"] == "valid", judged
    receipt, contract = judged["results"]
    assert (receipt["format"], receipt["about"]["kind"]) == ("eml", "avvenuta-consegna")
    assert contract["about"]["attested_by"] == "receipt.eml"
    assert memory_api("POST", "/v1/verifications", files=files).json()["conclusion"] == "indeterminate"
