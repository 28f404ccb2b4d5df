"""What it takes to change anything in the account, in one value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App

from batchtui.actions.entry import Actor
from batchtui.sync.snapshot import Snapshot

if TYPE_CHECKING:  # imported in the background
    from batchtui.actions.record import ActionRecord
    from batchtui.aws.gateway import Gateway


class Acted(Protocol):
    """Called after something was asked of AWS, so that the screen soon shows what came of it."""

    def __call__(self, *, topology: bool = False) -> None:
        """With ``topology`` where a queue or an environment may have changed."""


@dataclass(frozen=True, slots=True)
class Means:
    """Made once there is a connection, unless nothing may be changed.

    Attributes:
        app: Shows the dialogs, and lends the terminal.
        reads: Looks at what is to be changed; its connection and its budget are shared.
        record: Keeps what was done.
        actor: Who does it, as far as is known by now.
        snapshot: What is known of the account.
        clock: Epoch seconds.
        acted: Called after something was asked of AWS.
    """

    app: App[Any]
    reads: "Gateway"
    record: "ActionRecord"
    actor: Callable[[], Actor]
    snapshot: Callable[[], Snapshot]
    clock: Callable[[], float]
    acted: Acted
