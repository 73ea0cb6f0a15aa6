"""What the sandbox can do, carried out through ports. Standard library only; the edges do the I/O."""
