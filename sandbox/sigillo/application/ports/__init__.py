"""The ports: what the application needs of the world, each a Protocol that an edge implements."""
