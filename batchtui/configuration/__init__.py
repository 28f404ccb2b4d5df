"""The configuration file: what may stand in it, reading it, and telling of it."""
