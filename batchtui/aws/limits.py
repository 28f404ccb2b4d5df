"""AWS's limits of one call; light, so that what only plans calls can import them."""

from typing import Final

MAX_DESCRIBED_JOBS: Final = 100
"""DescribeJobs takes at most so many ids."""
MAX_STOPPED_JOBS: Final = 50
"""CancelJobs and TerminateJobs take at most so many ids."""
LONGEST_REASON: Final = 1024
"""A reason for stopping has at most so many characters."""
