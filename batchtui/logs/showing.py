"""What a log session shows of its sources."""

from dataclasses import dataclass, field
from enum import Enum, auto

from batchtui.logs.buffer import LogBuffer
from batchtui.logs.follower import Follower


class Choice(Enum):
    """Which sources are shown."""

    LATEST = auto()
    """Nobody has chosen: those of the latest attempt of each job."""
    ALL = auto()
    ONE = auto()


@dataclass(slots=True)
class Showing:
    """What is shown: one choice of sources, and the buffer that they feed."""

    buffer: LogBuffer
    followers: dict[int, Follower] = field(default_factory=dict)
