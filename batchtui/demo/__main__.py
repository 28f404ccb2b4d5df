"""`python -m batchtui.demo`: serve a simulated account until standard input ends, or Ctrl+C with --foreground."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict

from .endpoint import DemoEndpoint
from .serving import serve


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m batchtui.demo", description="A simulated AWS account.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--jobs", type=int, default=2000, help="how many jobs, 10 to 200,000")
    parser.add_argument("--seed", type=int, default=1, help="what all chance follows from")
    parser.add_argument("--queues", type=int, default=6, help="how many job queues")
    parser.add_argument("--service-jobs", action="store_true", help="one more queue, for training on SageMaker")
    parser.add_argument("--foreground", action="store_true", help="run until Ctrl+C, whatever standard input does")
    return parser.parse_args()


def _announce(endpoint: DemoEndpoint) -> None:
    """The first line of standard output says where the account is; whoever began this process waits for it."""
    sys.stdout.write(json.dumps(asdict(endpoint)) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Serve; the exit code is 2 when what was asked for cannot be had."""
    options = _options()
    try:
        asyncio.run(
            serve(
                port=options.port,
                jobs=options.jobs,
                seed=options.seed,
                queues=options.queues,
                service_jobs=options.service_jobs,
                announce=_announce,
                ends_with_input=not options.foreground,
            )
        )
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
