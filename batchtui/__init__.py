"""A keyboard-driven terminal monitor for AWS Batch."""

__version__ = "0.1.0"
