"""Opening what a job waits for, and what waits for it."""

from batchtui.ui.messages import DependenciesWanted
from batchtui.ui.reach import Reach


def open_dependencies(reach: Reach, event: DependenciesWanted) -> None:
    """Opens the screen."""
