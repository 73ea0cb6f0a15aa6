"""The commands people type. Each lives in a module of its own, imported when it is called."""
