"""``python -m tests.soak --seed 7 --hours 4``: hours of use in bad weather, in minutes."""

import argparse

from tests.soak.swift_time import SwiftTime


def main() -> None:
    """Begins with the time: what is imported later keeps its clocks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=float, default=4.0, help="of simulated time")
    options = parser.parse_args()
    swift = SwiftTime()
    swift.begin()
    from tests.soak import run

    run.main(options.seed, options.hours, swift)


if __name__ == "__main__":
    main()
