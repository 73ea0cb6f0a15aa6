"""TLS of the mail servers: the sandbox's own certificate, nothing older than TLS 1.2 (RFC 8314 §4.1, RFC 8997)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from zope.interface import implementer

_CIPHERS: Final = b"ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; those of TLS 1.3 are all good


@implementer(IOpenSSLServerConnectionCreator)
class ServerTls:
    """Gives Twisted the context that connections are secured with.

    ``certificate`` gives the private key, the server's certificate and its issuers' as PEM. It is asked for each
    connection, for a workspace that begins again from another seed has another PKI.
    """

    def __init__(self, certificate: Callable[[], bytes]) -> None:
        self._certificate = certificate
        self._pem = certificate()
        self._context = _context(self._pem)

    def serverConnectionForTLS(self, tlsProtocol: object) -> SSL.Connection:
        """Begin a connection's TLS."""
        pem = self._certificate()
        if pem != self._pem:
            self._pem, self._context = pem, _context(pem)
        return SSL.Connection(self._context, None)


def _context(pem: bytes) -> SSL.Context:
    """Give the context of a certificate; raises ValueError for a key of another kind."""
    key = load_pem_private_key(pem, password=None)
    own, *issuers = x509.load_pem_x509_certificates(pem)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise ValueError("The sandbox's servers have keys on an elliptic curve")
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_cipher_list(_CIPHERS)
    # A client may not make the server renegotiate for ever, and no state is kept for those who come back.
    context.set_options(SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_TICKET | SSL.OP_NO_COMPRESSION)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.use_privatekey(key)
    context.use_certificate(own)
    for issuer in issuers:
        context.add_extra_chain_cert(issuer)
    return context
