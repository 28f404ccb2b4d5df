"""From AWS's answers to the one snapshot that the screen shows."""
