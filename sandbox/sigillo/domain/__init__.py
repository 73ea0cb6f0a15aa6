"""The pure core: what happens to a letter, when, and what must be attested. Standard library only, no I/O."""
