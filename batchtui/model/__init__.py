"""Frozen values named after the AWS Batch shapes; ``from_api()`` is where dictionaries end."""
