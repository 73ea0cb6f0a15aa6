"""Proofs: keys and certificates, seals and timestamps, pages and containers, and their verification."""
