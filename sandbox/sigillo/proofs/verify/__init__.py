"""Judging documents, ours and strangers': :class:`~sigillo.proofs.verify.verification.Verification`."""
