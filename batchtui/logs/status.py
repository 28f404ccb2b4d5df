"""How a source of a log is doing, and the one sentence over all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from batchtui.aws.errors import AccessDeniedError, AwsError, NotFoundError, ThrottledError
from batchtui.logs.places import LogSource
from batchtui.model.secrets import masked_text


class SourceState(StrEnum):
    """What is being done about a source."""

    IDLE = "idle"
    """Not selected: nobody asks for it."""
    OPENING = "opening"
    FOLLOWING = "following"
    WAITING = "waiting"
    """Its stream is not there yet."""
    FAILING = "failing"
    """The last look failed; the next one comes by itself."""
    GONE = "gone"
    """Its stream is no longer there."""
    ENDED = "ended"
    """Its attempt is over and nothing more comes."""


_MOST_REASONS = 3
_DENIED = "no permission on log group"
LOOKED_AT = (SourceState.OPENING, SourceState.FOLLOWING, SourceState.WAITING, SourceState.FAILING)
"""The states in which looking goes on."""


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A state and what there is to say about it."""

    state: SourceState = SourceState.IDLE
    sentence: str = ""

    @property
    def is_denied(self) -> bool:
        """Whether it fails for want of a permission: the next look most probably does, too."""
        return self.state is SourceState.FAILING and self.sentence.startswith(_DENIED)


IDLE = SourceStatus()
OPENING = SourceStatus(SourceState.OPENING, "opening")
FOLLOWING = SourceStatus(SourceState.FOLLOWING, "following")
ENDED = SourceStatus(SourceState.ENDED, "ended")


def missing(source: LogSource, *, is_over: bool) -> SourceStatus:
    """The stream is not there: not yet, or no longer."""
    if not is_over:
        return SourceStatus(SourceState.WAITING, "waiting: the log stream is not there yet")
    if source.pod_name:
        return SourceStatus(
            SourceState.GONE,
            f"no stream of pod {source.pod_name} in {source.group}: "
            "Container Insights' application log may be off, or the group's retention is over",
        )
    return SourceStatus(SourceState.GONE, "the stream is gone: its group keeps logs for a limited time")


def failed(source: LogSource, error: AwsError) -> SourceStatus:
    """A look failed, in words of the log rather than of the call."""
    if isinstance(error, AccessDeniedError):
        return SourceStatus(SourceState.FAILING, f"{_DENIED} {source.group}: {error.detail}")
    if isinstance(error, ThrottledError):
        return SourceStatus(SourceState.FAILING, "CloudWatch Logs is throttled; asking less often")
    if isinstance(error, NotFoundError):
        return missing(source, is_over=True)
    return SourceStatus(SourceState.FAILING, str(error))


def headline(
    statuses: Mapping[int, SourceStatus],
    selected: Sequence[int],
    reasons: Sequence[str],
    *,
    more: int = 0,
    is_growing: bool = False,
) -> str:
    """One sentence: what there is to see, or why there is nothing; what looks secret in AWS's reasons is masked.

    Args:
        statuses: Of every source.
        selected: The sources that are shown.
        reasons: Why jobs have no log.
        more: Jobs beside those that are shown.
        is_growing: Whether others can join those that are shown.
    """
    shown = [statuses[index] for index in selected]
    if not shown:
        waiting = [reason for reason in reasons if reason.endswith("not started yet")]
        others = [reason for reason in reasons if reason not in waiting]
        sentence = _together([*waiting, *others]) or "looking for the log"
        if waiting:
            sentence = f"waiting: {sentence}"
    elif is_growing and all(status == ENDED for status in shown):
        sentence = f"{len(shown)} ended; the array is still under way"
    elif len({status.sentence for status in shown}) == 1:
        sentence = shown[0].sentence
        if shown[0].state in (SourceState.ENDED, SourceState.GONE) and reasons:
            sentence += f"; {_together(reasons)}"
    else:
        counts = [
            f"{count} {state}"
            for state in SourceState
            if (count := sum(1 for status in shown if status.state is state))
        ]
        sentence = ", ".join(counts)
        wrong = (SourceState.FAILING, SourceState.GONE)
        if troubled := next((status for status in shown if status.state in wrong), None):
            sentence += f"; {troubled.sentence}"
    sentence = masked_text(sentence)
    return f"{sentence}; {more} more not shown" if more else sentence


def _together(reasons: Sequence[str]) -> str:
    """The first of them: a line holds no more."""
    each = list(dict.fromkeys(reasons))
    rest = len(each) - _MOST_REASONS
    return "; ".join(each if rest <= 1 else (*each[:_MOST_REASONS], f"{rest} more reasons"))
