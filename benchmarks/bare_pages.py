"""The floor: nothing but Python, botocore and its parsed answers, one dict a job. ``URL QUEUE`` as arguments."""

import argparse
import sys
from typing import Any

from botocore.session import Session

WORD = "Held"
_STATUSES = ("RUNNING", "SUCCEEDED", "FAILED")


def main() -> None:
    """Reads every page of a queue, says so and holds them until its input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("queue")
    asked = parser.parse_args()
    client = Session().create_client("batch", region_name="us-east-1", endpoint_url=asked.url)
    held: list[dict[str, Any]] = []
    for status in _STATUSES:
        for page in client.get_paginator("list_jobs").paginate(jobQueue=asked.queue, jobStatus=status):
            held += page["jobSummaryList"]
    print(WORD, len(held), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
