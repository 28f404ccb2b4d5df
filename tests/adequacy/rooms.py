"""What the tests reach, by room: ``make coverage`` runs ``python -m tests.adequacy.rooms`` at its end."""

import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REPORT = Path("build/coverage/data.json")
_PACKAGE = "batchtui"
_NUMBERS = ("num_statements", "covered_lines", "num_branches", "covered_branches")
_LEAST = 25


def by_room(files: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Lines, those that ran, branches, those that were taken: of each room, and of the whole at the end.

    Args:
        files: As coverage's JSON report has them, by their paths.
    """
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(_NUMBERS))
    for path, told in files.items():
        parts = Path(path).parts
        inside = parts[parts.index(_PACKAGE) + 1 :]
        room = f"{inside[0]}/" if len(inside) > 1 else "beside the rooms"
        for index, name in enumerate(_NUMBERS):
            found[room][index] += told["summary"][name]
    rooms = {room: tuple(found[room]) for room in sorted(found)}
    return rooms | {"all": tuple(map(sum, zip(*rooms.values(), strict=True)))}


def least_covered(files: Mapping[str, Any], most: int = _LEAST) -> list[tuple[int, str]]:
    """The files with the most branches that were never taken, with how many."""
    missing = ((told["summary"]["missing_branches"], path) for path, told in files.items())
    return sorted((each for each in missing if each[0]), key=lambda each: (-each[0], each[1]))[:most]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def main() -> None:
    files = json.loads(REPORT.read_text(encoding="utf-8"))["files"]
    write = sys.stdout.write
    write(f"{'room':<18}{'lines':>8}{'':>9}{'branches':>10}\n")
    for room, (lines, ran, branches, taken) in by_room(files).items():
        write(f"{room:<18}{lines:>8}{_percent(ran, lines):>9}{branches:>10}{_percent(taken, branches):>9}\n")
    write("\nbranches that were never taken, where there are most\n")
    for count, path in least_covered(files):
        write(f"{count:>6}  {path}\n")


if __name__ == "__main__":
    main()
