"""Widgets that draw lines and know nothing of AWS."""
