"""What AWS Batch takes as the name of a job."""

import re

JOB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
NAME_RULE = (
    "a job's name is at most 128 letters, digits, hyphens and underscores, and begins with a letter or a digit"
)
