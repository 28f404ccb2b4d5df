"""How a log is drawn."""
