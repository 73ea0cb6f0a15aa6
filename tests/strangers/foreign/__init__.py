"""Documents that strangers' tools made, from the keys up; the sandbox's own verifier judges them."""
