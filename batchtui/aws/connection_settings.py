"""Which account to reach, as far as it was asked for; light, so that the command line can import it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """What a person asked for; None leaves the choice to AWS's standard chain."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    answer_seconds: float = 20.0
    """So long an answer may take until it counts as lost."""

    @property
    def is_self_contained(self) -> bool:
        """Whether everything is given, as for the demo account: nothing of the machine's is read then."""
        return self.access_key_id is not None
