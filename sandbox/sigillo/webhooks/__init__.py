"""Webhooks on the wire: how a message is signed, which addresses may be called, and the client that carries it."""
