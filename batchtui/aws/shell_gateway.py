"""The one call that opens a shell in a container. In read-only mode it is not made."""

from dataclasses import dataclass, field
from typing import Final

from batchtui.aws.caller import Caller, OnError, tell_nobody
from batchtui.aws.connection import Connection
from batchtui.aws.pacing import CallBudget
from batchtui.model import fields
from batchtui.model.fields import Api

SHELL_CHANGES: Final = frozenset({"ExecuteCommand"})
"""Operations of ECS: whoever has a shell can change whatever the container can."""


@dataclass(frozen=True, slots=True)
class ShellSession:
    """An open session, for the program that speaks with it. Its token is as good as a password."""

    session_id: str
    stream_url: str = field(repr=False)
    token_value: str = field(repr=False)


class ShellGateway:
    """Opens sessions. Every method may raise an AwsError; none retries."""

    def __init__(self, connection: Connection, budget: CallBudget, *, on_error: OnError = tell_nobody) -> None:
        self._connection = connection
        self._caller = Caller(connection, budget, changes=SHELL_CHANGES, changes_of="ecs", on_error=on_error)

    def forbid(self) -> None:
        """From now on it is a ReadOnlyError: the account turned out to be protected."""
        self._caller.forbid_changes()

    @property
    def endpoint_url(self) -> str | None:
        """The endpoint that was asked for instead of AWS's own."""
        return self._connection.settings.endpoint_url

    async def execute_command(self, cluster: str, task: str, container: str, command: str) -> ShellSession:
        """Starts an interactive command in a container, once (ExecuteCommand).

        Args:
            cluster: Name or ARN.
            task: Id or ARN.
            container: Its name within the task.
            command: What is started.

        Raises:
            AmbiguousError: It was sent and no answer tells whether there is a session.
        """
        params = {
            "cluster": cluster,
            "task": task,
            "container": container,
            "command": command,
            "interactive": True,
        }
        answer = await self._caller.call("ecs", "ExecuteCommand", params, urgent=True, check=_holds_session)
        return ShellSession(*_session(answer))


def _session(answer: Api) -> list[str]:
    """Id, URL and token as they came: cleaned, a token would be another one."""
    session = fields.mapping(answer, "session")
    told = [session.get(name) for name in ("sessionId", "streamUrl", "tokenValue")]
    return [value if isinstance(value, str) else "" for value in told]


def _holds_session(answer: Api) -> str:
    return "" if all(_session(answer)) else "The answer holds no session"
